-- Runs of more than so many days ago are forgotten, 20,000 at a time, but for the newest of each flow and status, and for those that somebody names; 0 keeps all.
with gone as (
  delete from flow_runs g
  where g.run_id in (
    select r.run_id
    from flow_runs r
    where :?days::integer > 0 and r.started_at < :?now::timestamptz - make_interval(days => :?days::integer)
      and r.status <> 'running'
      and exists (
        select from flow_runs n
        where n.flow = r.flow and n.status = r.status and n.started_at > r.started_at)
      -- Steps go first, their flow in the next night.
      and not exists (select from flow_runs step where step.parent_run_id = r.run_id)
      and not exists (select from dead_letters l where l.run_id = r.run_id)
      and not exists (select from dropped_rows d where d.run_id = r.run_id)
    order by r.run_id
    limit 20000)
  returning g.started_at
)
select record_dropped(:?run_id::bigint, 'flow_runs', count(*), min(started_at), max(started_at)) from gone
