-- Each symbol that was typed is inactive afterwards by a person's will, and keeps its rows; says of each what it was before, null if it is unknown.
with typed as materialized (
  select caravan_spelling(word) as symbol, place
  from jsonb_array_elements_text(:?symbols::jsonb) with ordinality as words (word, place)
),
wanted as (
  select symbol, min(place) as place
  from typed
  group by symbol
),
removed as (
  -- Also one that Caravan has ended, so that it does not bring it back.
  update symbols set status = 'inactive', status_by = 'person', note = null
  from wanted
  where symbols.symbol = wanted.symbol and (status, status_by) is distinct from ('inactive', 'person')
)
select wanted.symbol, symbols.yahoo_symbol, symbols.status as before,
  array_to_string(symbols.sources, ',') as sources, false as unlisted
from wanted
left join symbols on symbols.symbol = wanted.symbol
order by wanted.place
