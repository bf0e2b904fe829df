-- How many runs of a flow are under way: none or one; writes nothing.
select count(*) as running from flow_runs where flow = :?flow::text and status = 'running'
