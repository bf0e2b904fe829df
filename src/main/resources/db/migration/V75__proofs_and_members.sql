-- When the holder of a lease has proven last that it has it, by the clock of the database: whoever takes it next knows for how
-- long the one before has been out. After a crash of the server nobody knows, and the next one waits as long as it ever must.
create unlogged table cluster_leases (
  lease text not null,
  proven_at timestamptz not null,
  constraint cluster_leases_one_row_a_lease primary key (lease)
);

alter table cluster_nodes add column member text;
alter table cluster_nodes add column buried_at timestamptz;

comment on column cluster_nodes.member is 'caravan.cluster.node of a node of a cluster, by which it comes back; null of any other process.';
comment on column cluster_nodes.buried_at is 'When it was found that its process is gone.';

-- Nodes that did not end in order, and have not come back.
create view gone_nodes as
select n.member, max(n.host) as host, coalesce(max(n.buried_at), max(nullif(n.seen_at, '-infinity'))) as since
from cluster_nodes n
where n.member is not null
group by n.member
having not bool_or(is_alive(n.node));
