-- The ledger follows what the server says it delivers: that is owed from now on, and its gap ends; what is refused begins one.
-- Nothing of a feed that another process has taken is changed.
with held as (
  select distinct dataset, timeframe, symbol
  from jsonb_to_recordset(:?held::jsonb) as sent (dataset text, timeframe text, symbol text)
),
refused as (
  select distinct on (dataset, timeframe, symbol) dataset, timeframe, symbol, reason
  from jsonb_to_recordset(:?refused::jsonb) as sent (dataset text, timeframe text, symbol text, reason text)
  order by dataset, timeframe, symbol, reason
),
owed as (
  insert into stream_coverage (source, feed, dataset, symbol, timeframe, since)
  select 'alpaca', :?feed, dataset, symbol, timeframe, :?since::timestamptz
  from held
  where owns_stream(:?feed, :?epoch::bigint)
  on conflict do nothing
),
released as (
  delete from stream_coverage c
  where c.source = 'alpaca' and c.feed = :?feed and owns_stream(:?feed, :?epoch::bigint)
    and not exists (
      select from held
      where held.dataset = c.dataset and held.symbol = c.symbol and held.timeframe = c.timeframe)
  returning c.dataset, c.symbol, c.timeframe, c.since
),
-- A bar may be revised until half a minute after its minute, which the stream does not tell any more: it is read again when that is over.
unrevised as (
  insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, reason, next_try_at)
  select 'alpaca', :?feed, dataset, symbol, timeframe, told.last_at, told.final_at,
    'the symbol was unsubscribed before its last bar was final', told.final_at
  from released
    cross join lateral (
      select greatest(:?at::timestamptz, date_trunc('minute', :?at::timestamptz) + interval '30 s') as final_at,
        -- The answer may have waited for long behind what came before it.
        least(:?since::timestamptz, greatest(since,
          (select stored_to from stream_watermarks where source = 'alpaca' and feed = :?feed))) as last_at) as told
  where dataset = 'bars' and exists (
    select from bars b
    where b.source = 'alpaca' and b.feed = :?feed and b.symbol = released.symbol and b.timeframe = released.timeframe
      and b.ts > told.last_at - interval '2 min')
),
-- A trade may be corrected until its session is over, of which the stream tells no more either: those of the day are read again then.
corrected as (
  select greatest(:?at::timestamptz,
    ((:?at::timestamptz at time zone 'America/New_York')::date + time '20:01') at time zone 'America/New_York') as at
),
uncorrected as (
  insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, reason, next_try_at)
  select 'alpaca', :?feed, dataset, symbol, timeframe, least(:?since::timestamptz, :?at::timestamptz),
    least(:?since::timestamptz, :?at::timestamptz), 'the symbol was unsubscribed before its session was over', corrected.at
  from released cross join corrected
  -- Where trades cannot be read, what the server delivers is taken down all the same.
  where case when dataset = 'corrections' then was_traded(released.symbol, new_york_day(:?at::timestamptz)) end
),
-- A gap of a symbol that is no longer wanted ends as well: nobody waits for more of it.
ended as (
  update gaps g
  set to_ts = greatest(g.from_ts, :?at::timestamptz),
    next_try_at = case when g.dataset = 'corrections' and not open.held then corrected.at else :?at::timestamptz end
  from corrected, (
    select gap_id,
      exists (
        select from held
        where held.dataset = o.dataset and held.symbol = o.symbol and held.timeframe = o.timeframe) as held,
      exists (
        select from symbols s
        where s.symbol = o.symbol and s.status = 'active' and 'alpaca' = any (s.sources)) as wanted
    from gaps o
    where o.source = 'alpaca' and o.feed = :?feed and o.status = 'open' and o.to_ts is null) as open
  where g.gap_id = open.gap_id and (open.held or not open.wanted)
    and g.status = 'open' and g.to_ts is null and owns_stream(:?feed, :?epoch::bigint)
)
insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, reason, next_try_at)
select 'alpaca', :?feed, dataset, symbol, timeframe, :?since::timestamptz, reason, :?at::timestamptz
from refused
where owns_stream(:?feed, :?epoch::bigint)
on conflict (source, feed, dataset, symbol, timeframe) where status = 'open' and to_ts is null do update
-- One that goes on already may have begun later than this.
set from_ts = excluded.from_ts where excluded.from_ts < gaps.from_ts
