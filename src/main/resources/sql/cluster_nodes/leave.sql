-- A process that ends leaves no trace: neither its row nor a stream that waits for it.
with released as (
  delete from stream_owners where owner = current_setting('application_name')
)
delete from cluster_nodes
where node = current_setting('application_name') or seen_at < clock_timestamp() - interval '7 days'
