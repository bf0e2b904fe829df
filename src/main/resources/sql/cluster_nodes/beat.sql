-- Says that this process lives; after a break of 10 s or more it counts as steady only from now on. Beats of before the clock was set back count as of now.
with ahead as (
  select node from cluster_nodes
  where seen_at > clock_timestamp() + interval '10 s' and node <> current_setting('application_name')
  for update skip locked
), moved as (
  -- Whoever lives beats again in a moment; a dead process would live on until the clock is there again.
  update cluster_nodes n set seen_at = clock_timestamp()
  from ahead a
  where n.node = a.node
)
insert into cluster_nodes (node, host, place, pid, pid_started_at, version, member)
values (current_setting('application_name'), ?, ?, ?, ?, ?, ?)
on conflict on constraint cluster_nodes_one_row_a_process do update
set seen_at = clock_timestamp(),
  steady_since = case
    when cluster_nodes.seen_at between clock_timestamp() - interval '10 s' and clock_timestamp()
    then cluster_nodes.steady_since else clock_timestamp() end
