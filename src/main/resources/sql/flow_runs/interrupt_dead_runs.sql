-- A run whose process has no connection left was cut off; it is marked, so that the flow can run again.
update flow_runs
set status = 'interrupted', finished_at = now(),
  error = 'cut off: the process ended in the middle of the run'
where status = 'running'
  and process not in (select application_name from pg_stat_activity where application_name is not null)
