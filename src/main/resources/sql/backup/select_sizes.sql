-- How many bytes each table of Caravan has on the disk, without its indexes; writes nothing.
select c.relname::text as name,
  pg_table_size(c.oid) + coalesce((select sum(pg_table_size(i.inhrelid)) from pg_inherits i where i.inhparent = c.oid), 0)
    as bytes
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
