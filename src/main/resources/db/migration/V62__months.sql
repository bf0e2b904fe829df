-- Trades, quotes, corrections and revisions in a partition a month (UTC). The tables of before become the partitions
-- *_earlier, of all that is older, as they are; *_default takes what has no month, and is to stay empty.

create view month_partitions as
select parent.relname::text as of_table, part.relname::text as partition, told.bound = 'DEFAULT' as is_default,
  case when told.bound like 'FOR VALUES FROM (MINVALUE)%' then '-infinity'
    else substring(told.bound from 'FROM \(''([^'']+)''\)') end::timestamptz as from_ts,
  substring(told.bound from 'TO \(''([^'']+)''\)')::timestamptz as to_ts
from pg_class parent
  join pg_inherits i on i.inhparent = parent.oid
  join pg_class part on part.oid = i.inhrelid
  cross join lateral (select pg_get_expr(part.relpartbound, part.oid) as bound) told
where parent.relkind = 'p' and pg_table_is_visible(parent.oid)
  and parent.relname in ('trades', 'quotes', 'trade_corrections', 'trade_revisions');

comment on view month_partitions is
  'The partitions of trades, quotes, trade_corrections and trade_revisions: one a month in UTC, one of all that is earlier, and the default, which is to be empty.';
comment on column month_partitions.to_ts is 'Its end, exclusive; null of the default, as is from_ts.';

-- Makes what is lacking of the months up to three after a time, once, whoever else does so, and moves the rows of each
-- out of the default. Returns what was made, with how many rows moved.
create function make_months(at timestamptz) returns table (partition text, moved bigint)
  language plpgsql set timezone = 'UTC' set lock_timeout = '2s' as $$
declare
  parent text;
  month timestamptz;
  -- A clock that is years ahead makes no more than this; its rows are in the default then.
  most constant interval := interval '10 years';
begin
  if not exists (
      select from unnest(array['trades', 'quotes', 'trade_corrections', 'trade_revisions']) as each (name)
      where not exists (select from month_partitions p
        where p.of_table = each.name and p.to_ts > date_trunc('month', at) + interval '3 months')) then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtext('caravan months'));
  foreach parent in array array['trades', 'quotes', 'trade_corrections', 'trade_revisions'] loop
    month := (select max(p.to_ts) from month_partitions p where p.of_table = parent);
    for month in
      select generate_series(month, least(date_trunc('month', at) + interval '3 months', month + most), interval '1 month')
    loop
      partition := parent || to_char(month, '_YYYY_MM');
      execute format('create table %I (like %I including defaults including constraints)', partition, parent);
      -- Nobody writes into the default between the moving of its rows and the making of their month.
      execute format('lock table %I in access exclusive mode', parent || '_default');
      execute format('with gone as (delete from %I where ts >= %L and ts < %L returning *) insert into %I select * from gone',
        parent || '_default', month, month + interval '1 month', partition);
      get diagnostics moved = row_count;
      execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, partition, month,
        month + interval '1 month');
      return next;
    end loop;
  end loop;
end
$$;

do $$
declare
  tables constant text[] := array['trades', 'quotes', 'trade_corrections', 'trade_revisions'];
  bound constant timestamptz := (select b.bound from month_bound b);
  parent text;
  earlier text;
  made text;
  remade text[] := '{}';
  part record;
begin
  perform lock_in_passing(tables, 'access exclusive');
  -- Views and functions know a table by its number: those that name one of these, a person's own among them, are made
  -- again with the same text.
  select coalesce(array_agg(format('create or replace view %s%s as %s', v.oid::regclass,
      ' with (' || array_to_string(v.reloptions, ', ') || ')', pg_get_viewdef(v.oid))), '{}') into remade
  from pg_class v
  where v.relkind = 'v' and v.oid in (
    select r.ev_class from pg_depend d join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
    where d.refclassid = 'pg_class'::regclass and d.refobjid = any (tables::regclass[]::oid[]));
  remade := remade || coalesce((
    select array_agg(pg_get_functiondef(f.oid))
    from pg_proc f
    where f.prokind in ('f', 'p') and f.oid in (
      select d.objid from pg_depend d
      where d.classid = 'pg_proc'::regclass and d.refclassid = 'pg_class'::regclass
        and d.refobjid = any (tables::regclass[]::oid[]))), '{}');
  foreach parent in array tables loop
    earlier := parent || '_earlier';
    made := '';
    -- Keys, indexes and triggers keep their names on the table, and get others on the partition.
    for part in
      select i.indexrelid::regclass::text as name, c.conname, pg_get_constraintdef(c.oid) as key,
        pg_get_indexdef(i.indexrelid) as index
      from pg_index i
        left join pg_constraint c on c.conindid = i.indexrelid and c.contype in ('p', 'u') and c.conrelid = i.indrelid
      where i.indrelid = parent::regclass
    loop
      if part.conname is null then
        execute format('alter index %s rename to %I', part.name, left(earlier || '_' || part.name, 63));
        made := made || part.index || ';';
      else
        execute format('alter table %I rename constraint %I to %I', parent, part.conname,
          left(earlier || '_' || part.conname, 63));
        made := made || format('alter table %I add constraint %I %s;', parent, part.conname, part.key);
      end if;
    end loop;
    for part in
      select t.tgname, pg_get_triggerdef(t.oid) as trigger from pg_trigger t
      where t.tgrelid = parent::regclass and not t.tgisinternal
    loop
      made := made || part.trigger || ';';
      execute format('drop trigger %I on %I', part.tgname, parent);
    end loop;
    execute format('alter table %I rename to %I', parent, earlier);
    execute format('create table %I (like %I including defaults including constraints including comments)'
      || ' partition by range (ts)', parent, earlier);
    execute format('alter table %I drop constraint %I', parent, parent || '_end_before_the_months');
    execute made;
    execute format('comment on table %I is %L', parent, obj_description(earlier::regclass, 'pg_class'));
    for part in
      select privilege_type, is_grantable, case grantee when 0 then 'public' else grantee::regrole::text end as grantee
      from pg_class, aclexplode(relacl)
      where oid = earlier::regclass and grantee <> relowner
    loop
      execute format('grant %s on %I to %s%s', part.privilege_type, parent, part.grantee,
        case when part.is_grantable then ' with grant option' end);
    end loop;
    execute format('alter table %I attach partition %I for values from (minvalue) to (%L)', parent, earlier, bound);
    -- The partition says so itself by now.
    execute format('alter table %I drop constraint %I', earlier, parent || '_end_before_the_months');
    execute format('create table %I partition of %I default', parent || '_default', parent);
  end loop;
  foreach made in array remade loop
    execute made;
  end loop;
  perform make_months(now());
  foreach parent in array tables loop
    if to_regclass(parent || '_ahead') is not null then
      execute format('insert into %I select * from %I', parent, parent || '_ahead');
      execute format('drop table %I', parent || '_ahead');
    end if;
  end loop;
end
$$;

drop table month_bound;
drop function lock_in_passing;

create view rows_without_month as
select each.of_table, each.rows, each.first_ts, each.last_ts
from (
  select 'trades' as of_table, count(*) as rows, min(ts) as first_ts, max(ts) as last_ts
  from (select ts from trades_default limit 1000) stray
  union all
  select 'quotes', count(*), min(ts), max(ts) from (select ts from quotes_default limit 1000) stray
  union all
  select 'trade_corrections', count(*), min(ts), max(ts) from (select ts from trade_corrections_default limit 1000) stray
  union all
  select 'trade_revisions', count(*), min(ts), max(ts) from (select ts from trade_revisions_default limit 1000) stray
) each
where each.rows > 0;

comment on view rows_without_month is 'What lies in the default partitions, of which nobody has made the month: none, unless a clock is wrong. It counts to 1000.';
