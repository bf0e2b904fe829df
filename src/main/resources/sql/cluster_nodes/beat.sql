-- Says that this process lives; after a break of 10 s or more it counts as steady only from now on.
insert into cluster_nodes (node, host, place, pid, pid_started_at, version)
values (current_setting('application_name'), ?, ?, ?, ?, ?)
on conflict on constraint cluster_nodes_one_row_a_process do update
set seen_at = clock_timestamp(),
  steady_since = case
    when cluster_nodes.seen_at between clock_timestamp() - interval '10 s' and clock_timestamp()
    then cluster_nodes.steady_since else clock_timestamp() end
