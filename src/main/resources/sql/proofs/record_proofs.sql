-- What a full answer says of a session stands once for each active symbol; the newest word about a bar is the one that counts.
insert into proofs as known (source, feed, dataset, symbol, timeframe, session, opens_at, asked, quiet, proved_at)
select 'alpaca', :?feed, 'bars', told.symbol, :?timeframe, told.session, told.opens_at, told.asked, told.quiet,
  :?read_at::timestamptz
from jsonb_to_recordset(:?proofs::jsonb) as told
    (symbol text, session date, opens_at timestamptz, asked int4multirange, quiet int4multirange)
  join symbols s on s.symbol = told.symbol and s.status = 'active'
order by told.symbol, told.session
on conflict on constraint proofs_one_row_a_session do update
set opens_at = excluded.opens_at, proved_at = greatest(known.proved_at, excluded.proved_at),
  -- Numbers count from the open: what was counted from another open is of no use.
  asked = case when known.opens_at = excluded.opens_at then known.asked + excluded.asked else excluded.asked end,
  quiet = case when known.opens_at = excluded.opens_at
    then known.quiet - excluded.asked + excluded.quiet else excluded.quiet end
