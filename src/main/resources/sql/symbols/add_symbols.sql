-- Each symbol that was typed is there and active afterwards, however often it is typed; says of each what it was before.
with typed as materialized (
  select word, caravan_spelling(word) as symbol, place
  from jsonb_array_elements_text(:?symbols::jsonb) with ordinality as words (word, place)
),
wanted as (
  select distinct on (symbol) symbol, word, place
  from typed
  order by symbol, place
),
added as (
  -- As it was typed: which spelling it is tells what is meant.
  insert into symbols as known (symbol)
  select word from wanted order by symbol
  on conflict (symbol) do update
  set status = 'active', missing_since = null, note = null,
    -- XYZ-V is no share in Vancouver, as which XYZ.V was added; that holds unless Yahoo has served it as one.
    yahoo_symbol = case when known.yahoo_symbol = known.symbol and known.time_zone is null
      then excluded.yahoo_symbol else known.yahoo_symbol end,
    sources = case when known.yahoo_symbol = known.symbol and known.time_zone is null
      and excluded.yahoo_symbol <> known.symbol then excluded.sources else known.sources end
  where known.status <> 'active'
    or known.yahoo_symbol = known.symbol and known.time_zone is null and excluded.yahoo_symbol <> known.symbol
  returning known.symbol, known.yahoo_symbol, known.sources
)
select wanted.symbol, coalesce(added.yahoo_symbol, symbols.yahoo_symbol) as yahoo_symbol, symbols.status as before,
  array_to_string(coalesce(added.sources, symbols.sources), ',') as sources,
  exists (select from listed_assets)
    and not exists (select from listed_assets where listed_assets.symbol = wanted.symbol) as unlisted
from wanted
left join symbols on symbols.symbol = wanted.symbol
left join added on added.symbol = wanted.symbol
order by wanted.place
