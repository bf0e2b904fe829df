-- Each symbol that was typed is inactive afterwards by a person's will, and keeps its rows; says of each what it was before, null if it is unknown.
with typed as materialized (
  select trim(word) as word, caravan_spelling(word) as symbol, upper(trim(word)) as yahoo_symbol, place
  from unnest(?::text[]) with ordinality as words (word, place)
),
wanted as (
  select coalesce(mine.symbol, yahoos.symbol, typed.symbol) as symbol, min(typed.place) as place
  from typed
  left join symbols as mine on mine.symbol = typed.symbol
  left join symbols as yahoos on yahoos.yahoo_symbol = typed.yahoo_symbol
  group by 1
),
removed as (
  -- Also one that Caravan has ended, so that it does not bring it back.
  update symbols set status = 'inactive', status_by = 'person', note = null
  from wanted
  where symbols.symbol = wanted.symbol and (status, status_by) is distinct from ('inactive', 'person')
)
select wanted.symbol, symbols.yahoo_symbol, symbols.status as before, symbols.sources, false as unlisted
from wanted
left join symbols on symbols.symbol = wanted.symbol
order by wanted.place
