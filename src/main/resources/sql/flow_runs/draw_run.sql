-- A run's number that no other run has.
select nextval(pg_get_serial_sequence('flow_runs', 'run_id')) as run_id
