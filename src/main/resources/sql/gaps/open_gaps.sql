-- All that the stream owes and no longer delivers becomes gaps, one a symbol, dataset and session; of a session that goes on it has no end.
with owed as (
  delete from stream_coverage
  where source = 'alpaca' and feed = :?feed and owns_stream(:?feed, :?epoch::bigint)
  returning dataset, symbol, timeframe, since
),
lost as (
  select dataset, symbol, timeframe,
    -- Up to the watermark all is stored.
    greatest(since,
      (select stored_to from stream_watermarks where source = 'alpaca' and feed = :?feed),
      :?stored_to::timestamptz) as from_ts
  from owed
  union all
  select channel.dataset, s.symbol, channel.timeframe, :?at::timestamptz
  from symbols s
    cross join jsonb_to_recordset(:?datasets::jsonb) as channel (dataset text, timeframe text)
  where s.status = 'active' and 'alpaca' = any (s.sources)
    and not exists (
      select from owed
      where owed.dataset = channel.dataset and owed.symbol = s.symbol and owed.timeframe = channel.timeframe)
)
insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, reason, next_try_at)
select 'alpaca', :?feed, lost.dataset, lost.symbol, lost.timeframe, greatest(lost.from_ts, hours.from_ts), hours.to_ts,
  :?reason, :?at::timestamptz
from lost
  join jsonb_to_recordset(:?sessions::jsonb) as hours (from_ts timestamptz, to_ts timestamptz)
    on hours.to_ts is null or hours.to_ts > lost.from_ts
where owns_stream(:?feed, :?epoch::bigint)
  -- Of a session of which nothing was delivered the trades are read as they were corrected.
  and (lost.dataset <> 'corrections' or hours.to_ts is null or hours.from_ts <= lost.from_ts
    or not exists (select from lost t where t.dataset = 'trades' and t.symbol = lost.symbol))
on conflict (source, feed, dataset, symbol, timeframe) where status = 'open' and to_ts is null do update
-- One that goes on already may have begun later than this.
set from_ts = excluded.from_ts where excluded.from_ts < gaps.from_ts
