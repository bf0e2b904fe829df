-- Of each of these flows the newest run and whether one is under way, as one JSON object by flow; writes nothing.
select coalesce(json_object_agg(f.flow, json_build_object('running', u.running, 'last_run', row_to_json(l))), '{}')::text
  as flows
from unnest(string_to_array(:?flows::text, ',')) as f (flow)
cross join lateral (
  select exists (select from flow_runs r where r.flow = f.flow and r.status = 'running') as running) u
left join lateral (
  select r.run_id, r.status, api_time(r.started_at) as started_at, api_time(r.finished_at) as finished_at,
    r.expected, r.stored, r.error
  from flow_runs r
  -- A range of the index by flow and number: for one flow the planner would take the numbers alone, and read all
  -- runs of all flows where that one never ran.
  where (r.flow, r.run_id) >= (f.flow, 0) and r.flow <= f.flow
  order by r.flow desc, r.run_id desc
  limit 1) l on true
