-- The tables of Caravan, each after those that it refers to, with its columns and how far its identity has counted; writes nothing.
with recursive tables as (
  select c.oid, c.relname::text as name
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    and c.relname <> 'flyway_schema_history'
),
depths as (
  select t.oid, 0 as depth from tables t
  union all
  select r.conrelid, d.depth + 1
  from depths d join pg_constraint r on r.contype = 'f' and r.confrelid = d.oid and r.conrelid <> d.oid
  where d.depth < 100
)
select t.name, columns.names, columns.identity,
  pg_sequence_last_value(pg_get_serial_sequence('public.' || quote_ident(t.name), columns.identity)::regclass) as last
from tables t
cross join lateral (
  select array_agg(a.attname::text order by a.attnum) filter (where a.attgenerated = '') as names,
    min(a.attname::text) filter (where a.attidentity <> '') as identity
  from pg_attribute a
  where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped) columns
order by (select max(d.depth) from depths d where d.oid = t.oid), t.name
