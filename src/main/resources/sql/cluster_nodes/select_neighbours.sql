-- The other processes of this machine that may be gone, each with whether it has been silent for three beats; writes nothing.
select node, coalesce(place = ?, false) as same_place, pid, pid_started_at,
  seen_at < clock_timestamp() - interval '6 s' as silent
from cluster_nodes
where node <> current_setting('application_name') and seen_at > '-infinity' and (host = ? or place = ?)
