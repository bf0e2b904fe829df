-- What statements name of a schema, one a line: columns with their types, those that a row must have given, constraints and unique indexes, functions.
select 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) as name
from pg_class c
  join pg_attribute a on a.attrelid = c.oid
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and not c.relispartition
  and a.attnum > 0 and not a.attisdropped and c.relname <> 'flyway_schema_history'
union all
select 'required ' || c.relname || '.' || a.attname
from pg_class c
  join pg_attribute a on a.attrelid = c.oid
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  and a.attnum > 0 and not a.attisdropped and c.relname <> 'flyway_schema_history'
  and a.attnotnull and not a.atthasdef and a.attidentity = ''
union all
select 'constraint ' || c.relname || '.' || k.conname || ' ' || pg_get_constraintdef(k.oid)
from pg_constraint k
  join pg_class c on c.oid = k.conrelid
where c.relnamespace = 'public'::regnamespace and not c.relispartition and k.contype in ('p', 'u', 'c', 'f')
  and c.relname <> 'flyway_schema_history'
union all
select 'unique index ' || regexp_replace(pg_get_indexdef(i.indexrelid), '^.* ON (ONLY )?', '')
from pg_index i
  join pg_class c on c.oid = i.indrelid
where c.relnamespace = 'public'::regnamespace and not c.relispartition and i.indisunique
  and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
union all
select 'function ' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ') ' || pg_get_function_result(p.oid)
from pg_proc p
where p.pronamespace = 'public'::regnamespace
  and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
order by 1
