-- A gap that has gone on for 5 minutes ends now and goes on as a new one, so that what is missing is repaired meanwhile.
-- For the corrections of a day all its trades are read again: once an hour is enough.
with cut as (
  update gaps
  set to_ts = :?now::timestamptz, next_try_at = :?now::timestamptz
  where source = 'alpaca' and dataset in ('trades', 'quotes', 'bars', 'news', 'corrections') and feed <> 'test'
    and status = 'open' and to_ts is null and from_ts < :?now::timestamptz
      - case dataset when 'corrections' then interval '1 h' else interval '5 min' end
  returning source, feed, dataset, symbol, timeframe, to_ts, reason
)
insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, reason, next_try_at)
select source, feed, dataset, symbol, timeframe, to_ts, reason, to_ts
from cut
