-- Ends a run that is running, once, with its counts and unwritten letters; one that was ended meanwhile is returned as it is.
with steps as (
  -- A flow of steps takes the worst of them.
  -- Articles and symbols do not add up: a flow that has other steps as well counts those alone.
  select count(*) as steps, sum(expected) filter (where same) as expected, sum(stored) filter (where same) as stored,
    bool_or(status in ('failed', 'interrupted')) as failed, bool_or(status in ('partial', 'skipped')) as partial,
    bool_and(status = 'skipped') as idle,
    (array_agg(flow || ': ' || error order by status = 'failed' desc, status = 'succeeded', run_id)
      filter (where error is not null))[1] as error
  from (select *, :?unit::text = 'articles' or flow not in ('news-load', 'alpaca-news') as same from flow_runs) as counted
  where parent_run_id = :?run_id::bigint
),
letters as (
  insert into dead_letters (run_id, route_id, symbol, reason)
  select :?run_id::bigint, :?flow, symbol, reason
  from jsonb_to_recordset(:?letters::jsonb) as unrecorded (symbol text, reason text)
  on conflict (route_id, symbol, md5(reason), md5(coalesce(payload, ''))) where replayed_at is null and symbol is not null
  do update set times = dead_letters.times + 1, failed_at = now(), run_id = excluded.run_id
),
ended as (
  update flow_runs
  set finished_at = now(),
    expected = coalesce(:?expected::integer, steps.expected),
    stored = coalesce(:?stored::integer, steps.stored),
    status = case
      when :?interrupted::boolean then 'interrupted'
      when :?failure::text is not null then 'failed'
      when steps.failed then 'failed'
      when steps.idle then 'skipped'
      when steps.partial then 'partial'
      when steps.steps = 0 and :?expected::integer = 0 and :?note::text is null then 'skipped'
      -- The others had no data: none was served.
      when :?refused::integer > 0 and :?stored::integer = 0 then 'failed'
      when :?refused::integer > 0 then 'partial'
      else 'succeeded'
    end,
    error = coalesce(
      case when :?interrupted::boolean then coalesce(:?note::text, 'stopped in the middle of the run') end,
      :?failure::text,
      steps.error,
      :?note::text,
      case when steps.steps = 0 and :?expected::integer = 0
        then coalesce(:?reason::text, 'no active symbol is served by this source: add one to table symbols') end,
      case when :?refused::integer > 0
        then format('%s of %s %s were not served: %s', :?refused::integer, :?expected::integer, :?unit::text,
          :?reason::text) end,
      case when :?empty::integer > 0
        then format('no data for %s of %s %s: %s', :?empty::integer, :?expected::integer, :?unit::text,
          :?reason::text) end)
  from steps
  where flow_runs.run_id = :?run_id::bigint and flow_runs.status = 'running'
  returning flow_runs.run_id, flow_runs.flow, flow_runs.status, flow_runs.expected, flow_runs.stored, flow_runs.error
)
select run_id, flow, status, expected, stored, error from ended
union all
-- One that was still running when this statement began was ended while it waited for the row.
select run_id, flow, case status when 'running' then 'interrupted' else status end, expected, stored, error
from flow_runs
where run_id = :?run_id::bigint and not exists (select from ended)
