-- A process that ends leaves no trace: neither its row and limits nor a stream that waits for it.
with released as (
  update stream_owners set owner = 'nobody' where owner = current_setting('application_name')
),
gone as (
  delete from cluster_nodes
  where node = current_setting('application_name') or seen_at < clock_timestamp() - interval '7 days'
  returning node
)
delete from request_limits l
using gone
where l.node = gone.node
