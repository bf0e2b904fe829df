-- Begins the run of this number, or returns no row where the flow is running already: the index lets one in.
insert into flow_runs (run_id, parent_run_id, flow, trigger, status, process)
overriding system value
values (:?begun::bigint, :?parent_run_id::bigint, :?flow, :?trigger, 'running', current_setting('application_name'))
on conflict (flow) where status = 'running' do nothing
returning run_id
