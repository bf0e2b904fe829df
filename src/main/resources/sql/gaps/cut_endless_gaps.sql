-- A gap that has gone on for 5 minutes ends now and goes on as a new one, so that what is missing is repaired meanwhile.
with cut as (
  update gaps
  set to_ts = :?now::timestamptz, next_try_at = :?now::timestamptz
  where source = 'alpaca' and dataset in ('trades', 'quotes', 'bars', 'news') and feed <> 'test'
    and status = 'open' and to_ts is null and from_ts < :?now::timestamptz - interval '5 min'
  returning source, feed, dataset, symbol, timeframe, to_ts, reason
)
insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, reason, next_try_at)
select source, feed, dataset, symbol, timeframe, to_ts, reason, to_ts
from cut
