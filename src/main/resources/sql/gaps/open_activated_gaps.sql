-- A symbol that a person made active is owed from then on: one gap a dataset and session, up to where the stream delivers it.
with activated as (
  delete from symbol_activations where owns_stream(:?feed, :?epoch::bigint)
  -- By the clock of the process, whatever that of the database says.
  returning symbol, :?at::timestamptz - greatest(clock_timestamp() - activated_at, interval '0') as from_ts
),
lost as (
  select channel.dataset, a.symbol, channel.timeframe, a.from_ts, covered.since as to_ts
  from activated a
    join symbols s on s.symbol = a.symbol and s.status = 'active' and 'alpaca' = any (s.sources)
    cross join jsonb_to_recordset(:?datasets::jsonb) as channel (dataset text, timeframe text)
    left join stream_coverage covered on covered.source = 'alpaca' and covered.feed = :?feed
      and covered.dataset = channel.dataset and covered.symbol = a.symbol and covered.timeframe = channel.timeframe
),
owed as (
  select dataset, symbol, timeframe, greatest(lost.from_ts, hours.from_ts) as from_ts,
    least(lost.to_ts, hours.to_ts) as to_ts
  from lost
    join jsonb_to_recordset(:?sessions::jsonb) as hours (from_ts timestamptz, to_ts timestamptz)
      on hours.to_ts is null or hours.to_ts > lost.from_ts
)
insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, reason, next_try_at)
select 'alpaca', :?feed, dataset, symbol, timeframe, from_ts, to_ts,
  'it was made active before the stream delivered it', :?at::timestamptz
from owed
where coalesce(to_ts, 'infinity') > from_ts
  and not exists (
    select from gaps g
    where g.source = 'alpaca' and g.feed = :?feed and g.dataset = owed.dataset and g.symbol = owed.symbol
      and g.timeframe = owed.timeframe and g.to_ts is not null
      and g.from_ts <= owed.from_ts and g.to_ts >= owed.to_ts)
on conflict (source, feed, dataset, symbol, timeframe) where status = 'open' and to_ts is null do update
set from_ts = least(gaps.from_ts, excluded.from_ts)
