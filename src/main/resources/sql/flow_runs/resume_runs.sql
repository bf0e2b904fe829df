-- A scheduled run that was cut off today, or never begun by who took its firing, and after which its flow has not run, is started once; returns the flows.
with cut as (
  update flow_runs
  set resumed_at = clock_timestamp()
  where run_id in (
      select cut.run_id
      from flow_runs cut
      where cut.status = 'interrupted' and cut.trigger = 'schedule' and cut.resumed_at is null
        and cut.started_at > clock_timestamp() - interval '1 day'
        and new_york_day(cut.started_at) = new_york_day(clock_timestamp())
        and not exists (select from flow_runs later where later.flow = cut.flow and later.run_id > cut.run_id)
      for update of cut skip locked)
  returning flow
),
never_begun as (
  update flow_firings
  set resumed_at = clock_timestamp()
  where (flow, due_at) in (
      select f.flow, f.due_at
      from flow_firings f
      where f.resumed_at is null and not is_alive(f.node)
        and f.due_at between new_york_day(clock_timestamp()) and clock_timestamp()
        and not exists (select from flow_runs r where r.flow = f.flow and r.started_at >= f.taken_at)
      for update of f skip locked)
  returning flow
)
select flow from cut
union
select flow from never_begun
