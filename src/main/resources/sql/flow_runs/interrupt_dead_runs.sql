-- A run whose process is dead was cut off; it is marked, so that the flow can run again.
update flow_runs
set status = 'interrupted', finished_at = now(),
  error = 'cut off: the process ended in the middle of the run'
where status = 'running' and not is_alive(process)
