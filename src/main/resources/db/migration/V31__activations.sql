-- A symbol that a person makes active is owed from then on, also while the stream is away: it waits here until the
-- ledger has it.

create table symbol_activations (
  symbol text not null,
  activated_at timestamptz not null,
  constraint symbol_activations_one_row_a_symbol primary key (symbol)
);

comment on table symbol_activations is
  'Symbols that a person made active, until what the stream owes of them is in the ledger. What Caravan begins by itself is there in the same transaction.';
comment on column symbol_activations.activated_at is
  'Since when they are owed, by the clock of the database: since then, or since Caravan ended what a person brings back.';

-- Before there ever was a stream nothing is owed of it.
create function symbols_owe_activation() returns trigger language plpgsql as $$
begin
  insert into symbol_activations (symbol, activated_at)
  select new.symbol,
    coalesce(
      case when tg_op = 'UPDATE' then (
        select max(c.changed_at) from symbol_changes c
        where old.status = 'inactive' and old.status_by = 'caravan' and old.alpaca_id is not null
          and c.symbol = new.symbol and c.what = 'status' and c.new_value = 'inactive') end,
      symbols_changed_at())
  where exists (select from stream_owners)
  on conflict on constraint symbol_activations_one_row_a_symbol do nothing;
  return null;
end
$$;

create trigger symbols_owe_insert after insert on symbols for each row
  when (new.status = 'active' and 'alpaca' = any (new.sources) and symbols_changed_by() = 'person')
  execute function symbols_owe_activation();

create trigger symbols_owe_update after update on symbols for each row
  when (new.status = 'active' and 'alpaca' = any (new.sources)
    and not (old.status = 'active' and 'alpaca' = any (old.sources)) and symbols_changed_by() = 'person')
  execute function symbols_owe_activation();
