-- What is to be published of bars and trades: off until a Caravan has a topic for it.

create table changes (
  change_id bigint generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  dataset text not null,
  symbol text not null,
  content jsonb not null,
  constraint changes_one_row_a_change primary key (change_id)
);

comment on table changes is 'Bars and trades that were stored or changed, and are not published yet';
comment on column changes.xid is 'The transaction; what it changed is published once no older one is under way';
comment on column changes.content is 'The row as it was after the change';

create function log_changes() returns trigger
  language plpgsql
  as $$
begin
  insert into changes (dataset, symbol, content)
  select tg_table_name, n.symbol, to_jsonb(n) from changed n;
  return null;
end
$$;

create trigger bars_log_insert after insert on bars referencing new table as changed
  for each statement execute function log_changes();
create trigger bars_log_update after update on bars referencing new table as changed
  for each statement execute function log_changes();
create trigger trades_log_insert after insert on trades referencing new table as changed
  for each statement execute function log_changes();
create trigger trades_log_update after update on trades referencing new table as changed
  for each statement execute function log_changes();
alter table bars disable trigger bars_log_insert;
alter table bars disable trigger bars_log_update;
alter table trades disable trigger trades_log_insert;
alter table trades disable trigger trades_log_update;

-- Whether changes are logged from now on; says whether that is new.
create function log_changes(wanted boolean) returns boolean
  language plpgsql
  as $$
declare
  word text := case when wanted then 'enable' else 'disable' end;
  of_table text;
begin
  if wanted = (select bool_and(tgenabled <> 'D') from pg_trigger
      where tgname in ('bars_log_insert', 'bars_log_update', 'trades_log_insert', 'trades_log_update')) then
    return false;
  end if;
  foreach of_table in array array['bars', 'trades'] loop
    execute format('alter table %1$s %2$s trigger %1$s_log_insert, %2$s trigger %1$s_log_update', of_table, word);
  end loop;
  return true;
end
$$;
