-- How many symbols Alpaca's list is read for: those that are active, those that Caravan has ended itself, and those that a person has removed, while a list may still say what is owed of them.
select count(*)::integer as maintained
from symbols
where 'alpaca' = any (sources) and (status = 'active' or status_by = 'caravan'
  or exists (select from gaps where gaps.symbol = symbols.symbol and gaps.source = 'alpaca' and gaps.status = 'open')
  or removed_at(symbol, :?now::timestamptz) >= (select max(read_at) from symbol_lists where source = 'alpaca'))
