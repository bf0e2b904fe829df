-- A receipt that misses something is marked to be counted again, once for each gap of its session that was settled, or waits for Alpaca's word.
with settled as (
  update gaps
  set counted = true
  where not counted
  returning source, feed, dataset, symbol, timeframe, from_ts, to_ts
)
update receipts r
set counted_at = null
from settled g
where r.missing > 0
  and g.source = r.source and g.feed = r.feed and g.dataset = r.dataset and g.symbol = r.symbol
  and g.timeframe = r.timeframe and g.from_ts < r.closes_at and g.to_ts > r.opens_at
