-- How many symbols Alpaca's list is read for: those that are active, and those that Caravan has ended itself.
select count(*)::integer as maintained
from symbols
where 'alpaca' = any (sources) and (status = 'active' or status_by = 'caravan')
