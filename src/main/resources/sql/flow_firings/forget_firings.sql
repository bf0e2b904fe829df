-- A firing is remembered for a week: no process is so late that it comes to it later.
delete from flow_firings
where due_at < clock_timestamp() - interval '7 days'
