-- How many processes live, and how many connections the server allows to those who are no superusers.
select (select count(*) from cluster_nodes where is_alive(node))::integer as nodes,
  current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer as allowed
