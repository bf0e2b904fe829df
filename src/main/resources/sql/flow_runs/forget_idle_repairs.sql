-- A repair that owed nothing is forgotten after 30 days, since there is one each minute; every other run stays for good.
delete from flow_runs
where flow = 'repair' and started_at < now() - interval '30 days'
  and status = 'succeeded' and expected is null and error is null
  -- One that read news did something, and the run of that reading names it as its parent.
  and not exists (select from flow_runs step where step.parent_run_id = flow_runs.run_id)
