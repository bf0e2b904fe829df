-- What other living processes on this database take for the feeds, where it is not what this one was told.
select f.role || ' feed ' || f.feed as conflict
from feeds f
  join (values ('stream', ?), ('history', ?)) as ours (role, feed) on ours.role = f.role and ours.feed <> f.feed
where exists (
  select from cluster_nodes n
  where n.node <> current_setting('application_name') and is_alive(n.node))
order by f.role desc
