-- Records a step as skipped, with the reason, unless the step that it needs did its work in this run; writes nothing else.
insert into flow_runs (parent_run_id, flow, trigger, status, finished_at, error, process)
select :?parent_run_id::bigint, :?flow, 'flow', 'skipped', now(),
  'needs ' || :?needs || ', which ' || coalesce(
    (select case status
          when 'failed' then 'failed'
          when 'skipped' then 'was skipped'
          when 'interrupted' then 'was interrupted'
          else 'is not done' end
        || coalesce(': ' || error, '')
      from flow_runs
      where parent_run_id = :?parent_run_id::bigint and flow = :?needs
      order by run_id desc limit 1),
    'did not run'),
  current_setting('application_name')
where not exists (
  select from flow_runs
  where parent_run_id = :?parent_run_id::bigint and flow = :?needs and status in ('succeeded', 'partial'))
returning run_id, flow, status, expected, stored, error
