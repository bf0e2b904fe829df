-- Takes the oldest changes in their order, once no transaction is under way that may have older ones; one at a time takes them.
-- They are forgotten with its transaction. Two changes of one row are in the order of their commits: the second waits for the first.
with alone as materialized (
  select pg_try_advisory_xact_lock(hashtextextended('caravan changes', 0)) as ours
),
taken as (
  delete from changes
  where change_id in (
    select c.change_id
    from changes c
    where (select ours from alone)
      -- One beyond all was restored from another server.
      and (c.xid < pg_snapshot_xmin(pg_current_snapshot()) or c.xid >= pg_snapshot_xmax(pg_current_snapshot()))
    order by c.change_id
    limit 5000)
  returning change_id, dataset, symbol, content
)
select symbol, json_build_object('change', change_id, 'dataset', dataset, 'row', content)::text as record
from taken
order by change_id
