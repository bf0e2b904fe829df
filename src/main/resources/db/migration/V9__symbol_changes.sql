-- What Alpaca says of a symbol, who changed it last, and all that ever changed, with its date.

alter table symbols
  add column alpaca_id text,
  add column tradable boolean,
  add column status_by text not null default 'person',
  add column missing_since date,
  add column note text,
  add constraint symbols_status_is_of_someone check (status_by in ('person', 'caravan'));

comment on column symbols.alpaca_id is 'Alpaca''s id of the company''s asset: null as long as Alpaca never listed the symbol.';
comment on column symbols.tradable is 'Whether Alpaca trades it; null where Alpaca does not say.';
comment on column symbols.status_by is 'Who set the status: Caravan brings back only what it has ended itself.';
comment on column symbols.missing_since is 'New York date of the first complete list of Alpaca''s that had it as inactive, or not at all; null while it is listed.';
comment on column symbols.note is 'Why the status or the sources are what they are, in plain words.';

create table symbol_changes (
  change_id bigint generated always as identity,
  symbol text not null,
  what text not null,
  old_value text,
  new_value text,
  changed_at timestamptz not null,
  changed_by text not null,
  reason text,
  constraint symbol_changes_one_row_a_change primary key (change_id),
  constraint symbol_changes_what_is_known check (what in
    ('symbol', 'status', 'name', 'exchange', 'tradable', 'sources', 'yahoo_symbol', 'alpaca_id')),
  constraint symbol_changes_is_a_change check (old_value is distinct from new_value),
  constraint symbol_changes_is_of_someone check (changed_by in ('person', 'caravan'))
);

create index symbol_changes_by_symbol on symbol_changes (symbol, change_id desc);

comment on table symbol_changes is 'Everything that changed in symbols, whoever changed it. A value that becomes known is no change.';
comment on column symbol_changes.what is 'The column that changed; of status, no old value is a symbol that was added and no new one a row that was deleted.';

-- What a transaction says of itself by set_config(..., true). All others are a person's, of now.
create function symbols_changed_by() returns text
  language sql stable
  return coalesce(nullif(current_setting('caravan.changed_by', true), ''), 'person');

create function symbols_changed_at() returns timestamptz
  language sql stable
  return coalesce(nullif(current_setting('caravan.changed_at', true), '')::timestamptz, now());

create function symbols_sign_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' or new.status <> old.status then
    new.status_by := symbols_changed_by();
  end if;
  if tg_op = 'UPDATE' and new is distinct from old and new.updated_at = old.updated_at then
    new.updated_at := symbols_changed_at();
  end if;
  return new;
end
$$;

create trigger symbols_sign_change before insert or update on symbols
  for each row execute function symbols_sign_change();

create function symbols_changing_columns(row_of symbols) returns jsonb
  language sql stable
  return jsonb_build_object(
    'symbol', row_of.symbol,
    'status', row_of.status,
    'name', row_of.name,
    'exchange', row_of.exchange,
    'tradable', row_of.tradable,
    'sources', array_to_string(row_of.sources, ','),
    'yahoo_symbol', row_of.yahoo_symbol,
    'alpaca_id', row_of.alpaca_id);

create function symbols_record_changes() returns trigger language plpgsql as $$
begin
  insert into symbol_changes (symbol, what, old_value, new_value, changed_at, changed_by, reason)
  select coalesce(new.symbol, old.symbol), before.key, before.value, after.value,
    symbols_changed_at(), symbols_changed_by(),
    case when before.key in ('status', 'sources') then new.note end
  from jsonb_each_text(symbols_changing_columns(old)) as before
  join jsonb_each_text(symbols_changing_columns(new)) as after using (key)
  where before.value is distinct from after.value
    -- A row that comes or goes is one change, of its status.
    and (before.key = 'status' or (before.value is not null and new.symbol is not null));
  return null;
end
$$;

create trigger symbols_record_changes after insert or update or delete on symbols
  for each row execute function symbols_record_changes();

create table symbol_lists (
  run_id bigint not null,
  source text not null,
  active integer not null,
  inactive integer not null,
  read_at timestamptz not null,
  constraint symbol_lists_one_row_a_run primary key (run_id)
);

comment on table symbol_lists is 'How long each complete list of a source''s symbols was. The next one is called short by the newest of these.';

create table listed_assets (
  symbol text not null,
  id text,
  name text,
  exchange text,
  status text not null,
  tradable boolean,
  constraint listed_assets_status_is_known check (status in ('active', 'inactive', 'unreadable'))
);

create index listed_assets_by_symbol on listed_assets (symbol);
create index listed_assets_by_id on listed_assets (id);

comment on table listed_assets is 'The newest complete list of the US shares at Alpaca, as it was served: a symbol that was taken over stands in it twice.';
