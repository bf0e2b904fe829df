-- Yahoo owes no daily bar of an ended symbol for a session after its last bar at Alpaca of which a full answer has no trade; repeats do nothing.
with quiet as (
  select s.symbol, s.note, p.session, p.opens_at, p.proved_at
  from symbols s
    join proofs p on p.symbol = s.symbol
    join feeds h on h.role = 'history' and h.feed = p.feed
  where s.status = 'inactive' and s.status_by = 'caravan'
    and p.source = 'alpaca' and p.dataset = 'bars' and p.timeframe = '1Day' and p.quiet @> 0
    -- Before it, a day without a bar at Yahoo may be one that Yahoo lost.
    and not exists (select from bars b
      where b.source = p.source and b.feed = p.feed and b.symbol = p.symbol and b.timeframe = p.timeframe
        and b.ts >= p.opens_at)
),
closed as (
  update gaps g
  set status = 'no_trades', closed_at = now(), last_error = quiet.note
  from quiet
  where g.source = 'yahoo' and g.dataset = 'bars' and g.timeframe = '1Day' and g.symbol = quiet.symbol
    -- What was given up for want of an answer has one now.
    and g.from_ts = quiet.opens_at and g.status in ('open', 'abandoned')
    and g.to_ts <= quiet.proved_at - interval '15 s'
)
update receipts r
set no_trade = r.no_trade + r.missing, missing = 0
from quiet
where r.source = 'yahoo' and r.dataset = 'bars' and r.timeframe = '1Day' and r.symbol = quiet.symbol
  and r.session = quiet.session and r.opens_at = quiet.opens_at and r.missing > 0
