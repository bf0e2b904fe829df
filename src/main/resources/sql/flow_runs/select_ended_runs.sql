-- The last run of each flow that came to an end, one look into the index a flow: skipped starts are no runs.
with recursive flows as (
  (select flow from flow_runs order by flow limit 1)
  union all
  select (select r.flow from flow_runs r where r.flow > f.flow order by r.flow limit 1)
  from flows f
  where f.flow is not null
)
select f.flow, last.status, last.started_at, last.finished_at, last.error
from flows f
  cross join lateral (
    select r.status, r.started_at, r.finished_at, r.error
    from flow_runs r
    where r.flow = f.flow and r.status not in ('running', 'skipped')
    order by r.started_at desc
    limit 1
  ) as last
