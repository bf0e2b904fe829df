-- Each symbol that Caravan began by itself is owed of Alpaca what the others were in the sessions that it missed; a receipt that is there stays.
insert into receipts (source, feed, dataset, symbol, timeframe, session, expected, stored, no_trade, missing,
  calendar, opens_at, closes_at)
select distinct on (b.symbol, r.source, r.feed, r.dataset, r.timeframe, r.session)
  r.source, r.feed, r.dataset, b.symbol, r.timeframe, r.session, r.expected, 0, 0, r.expected, r.calendar,
  r.opens_at, r.closes_at
from begun_symbols(:?begun::jsonb, :?at::timestamptz) b
  join symbols s on s.symbol = b.symbol and s.status = 'active'
  join receipts r on r.session >= coalesce(b.renamed_on, (b.seen_at at time zone 'America/New_York')::date + 1)
    and r.calendar = 'New York' and r.source = 'alpaca' and r.opens_at >= retained_since('bars')
on conflict on constraint receipts_one_row_a_session do nothing
