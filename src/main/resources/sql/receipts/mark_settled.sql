-- A receipt that misses something is marked to be counted again once a gap of its session was closed since it was counted.
update receipts r
set counted_at = null
where r.missing > 0
  and exists (
    select from gaps g
    where g.source = r.source and g.feed = r.feed and g.dataset = r.dataset and g.symbol = r.symbol
      and g.timeframe = r.timeframe and g.status in ('filled', 'no_trades') and g.closed_at >= r.counted_at
      and g.from_ts < r.closes_at and g.to_ts > r.opens_at)
