-- Each symbol that was typed is there and active afterwards, however often it is typed; says of each what it was before.
with typed as materialized (
  select caravan_spelling(word) as symbol, upper(trim(word)) as yahoo_symbol, place
  from unnest(?::text[]) with ordinality as words (word, place)
),
wanted as (
  -- Also by Yahoo's spelling, where the symbol is there under it.
  select coalesce(mine.symbol, yahoos.symbol, typed.symbol) as symbol, min(typed.place) as place
  from typed
  left join symbols as mine on mine.symbol = typed.symbol
  left join symbols as yahoos on yahoos.yahoo_symbol = typed.yahoo_symbol
  group by 1
),
added as (
  insert into symbols as known (symbol)
  select symbol from wanted order by symbol
  on conflict (symbol) do update set status = 'active', missing_since = null, note = null
  where known.status <> 'active'
)
select wanted.symbol, yahoo_spelling(wanted.symbol) as yahoo_symbol, symbols.status as before,
  coalesce(symbols.sources, sources_of(wanted.symbol)) as sources,
  exists (select from listed_assets)
    and not exists (select from listed_assets where listed_assets.symbol = wanted.symbol) as unlisted
from wanted
left join symbols on symbols.symbol = wanted.symbol
order by wanted.place
