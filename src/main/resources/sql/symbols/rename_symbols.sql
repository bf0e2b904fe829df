-- A symbol whose company is listed under another one now is renamed once: the new one is active, the old one inactive, each with its rows.
-- Of one that a person has removed nobody wants the new one, which is inactive: it owes what the old one owed until then.
with mine as (
  -- Not those that are still what they were.
  select symbol, alpaca_id, sources, (added_at at time zone 'America/New_York')::date as added_on, removed.at as removed_at
  from symbols
    cross join lateral (select removed_at(symbol, :?clock::timestamptz + (clock_timestamp() - :?said::timestamptz)) as at) as removed
  where 'alpaca' = any (sources)
    and (status = 'active' or status_by = 'caravan'
      or exists (select from gaps g where g.symbol = symbols.symbol and g.status = 'open')
      -- The list before this one did not know of it.
      or removed.at >= (select max(read_at) from symbol_lists where source = 'alpaca'))
    and not exists (select from listed_assets as listed
      where listed.symbol = symbols.symbol and listed.status = 'active'
        and listed.id = coalesce(symbols.alpaca_id, listed.id))
),
proved as (
  select mine.symbol as old_symbol, mine.sources, mine.removed_at, listed.symbol as new_symbol, true as by_id,
    'Alpaca lists its id under this symbol' as reason
  from mine join listed_assets as listed on listed.id = mine.alpaca_id
  where listed.status = 'active'
  union all
  select mine.symbol, mine.sources, mine.removed_at, announced.new_symbol, false,
    format('Alpaca''s name change of %s', announced.ex_date)
  from mine join corporate_actions as announced on announced.symbol = mine.symbol
  where announced.source = 'alpaca' and announced.action = 'name_change'
    -- One from before the symbol was added was of another company.
    and announced.ex_date between mine.added_on and (:?now::timestamptz at time zone 'America/New_York')::date
    and not exists (select from symbol_changes as done
      where done.what = 'symbol' and done.old_value = mine.symbol
        and (done.changed_at at time zone 'America/New_York')::date >= announced.ex_date
        -- What a removed one owes since is moved as well.
        and done.changed_at < coalesce(mine.removed_at, 'infinity'))
),
renamed as (
  select distinct on (new_symbol) old_symbol, sources, new_symbol, id, name, exchange, tradable, reason,
    removed_at is null as wanted,
    exists (select from symbol_changes as done
      where done.what = 'symbol' and done.old_value = old_symbol and done.new_value = new_symbol
        and done.changed_at >= removed_at) as known
  from (select distinct on (old_symbol) proved.*, listed.id, listed.name, listed.exchange, listed.tradable
    from proved join listed_assets as listed on listed.symbol = proved.new_symbol
    where listed.status = 'active' and proved.new_symbol <> proved.old_symbol and proved.new_symbol ~ '^[A-Z0-9.=^-]{1,32}$'
    order by old_symbol, by_id desc, proved.new_symbol, listed.id) as once
  order by new_symbol, removed_at nulls first, old_symbol
),
ended as (
  update symbols
  set status = 'inactive', missing_since = null, note = 'renamed to ' || new_symbol, updated_at = :?now::timestamptz,
    -- By which a removed one is renamed if it is added once more.
    alpaca_id = case when not wanted then alpaca_id end
  from renamed
  where symbols.symbol = renamed.old_symbol
    -- Two that swapped their symbols are both active still.
    and renamed.old_symbol not in (select new_symbol from renamed where wanted)
    and not renamed.known
),
begun as (
  insert into symbols as known (symbol, name, exchange, tradable, alpaca_id, sources, note, added_at, updated_at)
  select new_symbol, name, exchange, tradable, id, sources, 'renamed from ' || old_symbol, :?now::timestamptz,
    :?now::timestamptz
  from renamed
  where wanted
  order by new_symbol
  on conflict (symbol) do update
  set status = case when known.status_by = 'person' then known.status else 'active' end,
    name = coalesce(excluded.name, known.name), exchange = coalesce(excluded.exchange, known.exchange),
    tradable = excluded.tradable, alpaca_id = excluded.alpaca_id, missing_since = null, note = excluded.note,
    updated_at = excluded.updated_at
),
unwanted as (
  -- Without the id, so that it does not come back by itself.
  insert into symbols (symbol, name, exchange, status, tradable, sources, note, added_at, updated_at)
  select new_symbol, name, exchange, 'inactive', tradable, sources, 'renamed from ' || old_symbol, :?now::timestamptz,
    :?now::timestamptz
  from renamed
  where not wanted
  order by new_symbol
  on conflict (symbol) do nothing
),
told as (
  insert into symbol_changes (symbol, what, old_value, new_value, changed_at, changed_by, reason)
  select new_symbol, 'symbol', old_symbol, new_symbol, :?now::timestamptz, 'caravan', reason
  from renamed
  where not known
  order by new_symbol
)
select old_symbol, new_symbol
from renamed
order by new_symbol
