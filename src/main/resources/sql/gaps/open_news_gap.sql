-- The news that the stream delivered and no longer does becomes one gap without an end; what it never delivered is none.
with owed as (
  delete from stream_coverage
  where source = 'alpaca' and feed = 'news' and owns_stream('news', :?epoch::bigint)
  returning dataset, symbol, timeframe, since
)
insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, reason, next_try_at)
select 'alpaca', 'news', dataset, symbol, timeframe,
  -- Up to the newest edition that is stored the stream has delivered.
  greatest(since, (select max(updated_at) from news_articles where source = 'alpaca' and updated_at <= :?at::timestamptz)),
  coalesce(:?reason::text, 'the connection was lost'), :?at::timestamptz
from owed
on conflict (source, feed, dataset, symbol, timeframe) where status = 'open' and to_ts is null do update
-- One that goes on already may have begun later than this.
set from_ts = excluded.from_ts where excluded.from_ts < gaps.from_ts
