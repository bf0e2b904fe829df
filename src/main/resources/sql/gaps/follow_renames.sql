-- What was entered under an old name only after its rename is owed under the new one as well, to which the history has moved, and with a gap each receipt without a bar that it touches.
with moved as (
  update gaps g
  set symbol = renamed.new_symbol, empty_at = null, next_try_at = :?now::timestamptz,
    reason = g.reason || ', as ' || g.symbol
  from symbols s
    cross join lateral (
      select c.symbol as new_symbol, c.changed_at, c.change_id
      from symbol_changes c
      where c.what = 'symbol' and c.old_value = s.symbol
      order by c.change_id desc
      limit 1) as renamed
  where s.status = 'inactive' and g.symbol = s.symbol and g.status = 'open' and g.to_ts is not null and g.feed <> 'test'
    -- Who made the old name active again meant another company.
    and (g.from_ts < renamed.changed_at or not exists (
      select from symbol_changes c
      where c.symbol = s.symbol and c.what = 'status' and c.new_value = 'active' and c.change_id > renamed.change_id))
    -- A day without a trade is settled by what Alpaca has proved of the old name.
    and not (g.source = 'yahoo' and exists (select from proofs p
      where p.source = 'alpaca' and p.dataset = 'bars' and p.symbol = g.symbol and p.timeframe = '1Day'
        and p.opens_at = g.from_ts and p.quiet @> 0))
  returning g.*, s.symbol as before
),
owed as (
  select distinct on (r.source, r.feed, r.dataset, r.symbol, r.timeframe, r.session) r.*, m.symbol as begun
  from receipts r
    join moved m on m.source = r.source and m.feed = r.feed and m.dataset = r.dataset and m.before = r.symbol
      and m.timeframe = r.timeframe and m.from_ts < r.closes_at and m.to_ts > r.opens_at
  where r.missing > 0 and r.stored = 0
),
gone as (
  delete from receipts r
  using owed o
  where r.source = o.source and r.feed = o.feed and r.dataset = o.dataset and r.symbol = o.symbol
    and r.timeframe = o.timeframe and r.session = o.session
)
insert into receipts (source, feed, dataset, symbol, timeframe, session, expected, stored, no_trade, missing,
  calendar, opens_at, closes_at)
select source, feed, dataset, begun, timeframe, session, expected, 0, 0, expected, calendar, opens_at, closes_at
from owed
order by source, feed, dataset, begun, timeframe, session
on conflict on constraint receipts_one_row_a_session do nothing
