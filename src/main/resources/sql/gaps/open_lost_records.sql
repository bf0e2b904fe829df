-- What a topic has lost may have been of any symbol: each is owed for the hours that are lost, once.
with owed as (
  select channel.dataset, s.symbol, channel.timeframe,
    greatest(lost.from_ts, hours.from_ts) as from_ts, least(lost.to_ts, hours.to_ts) as to_ts,
    'Kafka no longer has the records of topic ' || lost.topic || ', partition ' || lost.partition as reason
  from jsonb_to_recordset(:?lost::jsonb) as lost (
      topic text, partition integer, from_ts timestamptz, to_ts timestamptz)
    join jsonb_to_recordset(:?sessions::jsonb) as hours (from_ts timestamptz, to_ts timestamptz)
      on hours.from_ts < lost.to_ts and (hours.to_ts is null or hours.to_ts > lost.from_ts)
    cross join jsonb_to_recordset(:?datasets::jsonb) as channel (dataset text, timeframe text)
    join symbols s on s.status = 'active' and 'alpaca' = any (s.sources)
)
insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, reason, next_try_at)
select 'alpaca', :?feed, dataset, symbol, timeframe, from_ts, to_ts, reason, :?at::timestamptz
from owed
where from_ts >= retained_since(case when dataset in ('bars', 'quotes') then dataset else 'trades' end)
  and not exists (
    select from gaps g
    where g.source = 'alpaca' and g.feed = :?feed and g.dataset = owed.dataset and g.symbol = owed.symbol
      and g.timeframe = owed.timeframe and g.from_ts <= owed.from_ts and g.to_ts >= owed.to_ts
      and g.reason = owed.reason)
