-- A scheduled run that was cut off today, and after which its flow has not run, is started again once; returns the flows.
update flow_runs
set resumed_at = clock_timestamp()
where run_id in (
    select cut.run_id
    from flow_runs cut
    where cut.status = 'interrupted' and cut.trigger = 'schedule' and cut.resumed_at is null
      and cut.started_at > clock_timestamp() - interval '1 day'
      and (cut.started_at at time zone 'America/New_York')::date
        = (clock_timestamp() at time zone 'America/New_York')::date
      and not exists (select from flow_runs later where later.flow = cut.flow and later.run_id > cut.run_id)
    for update of cut skip locked)
returning flow
