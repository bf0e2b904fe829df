-- The backfill that runs and the last ten that have ended, the newest first, as one JSON array; writes nothing.
select coalesce(json_agg(row_to_json(r) order by r.run_id desc), '[]')::text as runs
from (
  select run_id, trigger, status, api_time(started_at) as started_at, api_time(finished_at) as finished_at,
    question ->> 'source' as source, question ->> 'timeframe' as timeframe, question ->> 'from' as "from",
    question ->> 'to' as "to", (question ->> 'symbols')::integer as symbols, expected, stored, error
  from flow_runs
  where flow = 'backfill'
  order by run_id desc
  limit 11
) r
