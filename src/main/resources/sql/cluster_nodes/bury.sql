-- A process that is gone for certain is dead at once.
update cluster_nodes set seen_at = '-infinity', buried_at = clock_timestamp() where node = ?
