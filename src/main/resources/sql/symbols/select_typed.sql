-- Each symbol as it was typed once, in Caravan's spelling, with whether it is known and whether the source serves it.
select typed.symbol, s.symbol is not null as known, coalesce(:?source = any (s.sources), false) as served
from (
  select distinct caravan_spelling(each) as symbol
  from unnest(string_to_array(:?symbols, ',')) as each
  where trim(each) <> ''
) as typed
  left join symbols s on s.symbol = typed.symbol
order by typed.symbol
