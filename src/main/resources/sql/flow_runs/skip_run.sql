-- A start that was refused is a row too, and says why: the reason that is given, or the run that was in the way.
insert into flow_runs (parent_run_id, flow, trigger, status, finished_at, error, process)
select :?parent_run_id::bigint, :?flow, :?trigger, 'skipped', now(),
  coalesce(:?reason::text, (select format('%s is running already: run %s, since %s', flow, run_id,
      to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
    from flow_runs where flow = :?flow and status = 'running'), :?flow || ' was running already'),
  current_setting('application_name')
returning run_id, flow, status, expected, stored, error
