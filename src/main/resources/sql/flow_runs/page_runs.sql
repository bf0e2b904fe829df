-- One page of runs, the newest first; writes nothing.
with found as (
  select row_number() over (order by r.run_id desc) as n, r.*
  from flow_runs r
  where r.run_id < coalesce(:?after_1::bigint, 9223372036854775807)
    and (:?flow::text is null or r.flow = :?flow::text)
    and (:?status::text is null or r.status = :?status::text)
    and (:?parent::text is null or (:?parent::text = 'none' and r.parent_run_id is null)
      or r.parent_run_id = nullif(:?parent::text, 'none')::bigint)
  order by r.run_id desc
  limit :?limit::integer + 1
)
select '[' || coalesce(string_agg(row_to_json(r)::text, ',' order by f.n)
    filter (where f.n <= :?limit::integer), '') || ']' as body,
  case when max(f.n) > :?limit::integer
    then json_build_array(min(f.run_id) filter (where f.n = :?limit::integer))::text end as next
from found f
cross join lateral (
  select f.run_id, f.parent_run_id, f.flow, f.trigger, f.status, api_time(f.started_at) as started_at,
    api_time(f.finished_at) as finished_at,
    round(1000 * extract(epoch from f.finished_at - f.started_at)) as duration_ms,
    f.expected, f.stored, f.error) r
