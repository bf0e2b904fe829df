-- The symbol that is meant, in Caravan's spelling, and whether there is such a one; writes nothing.
select s.symbol, exists (select from symbols k where k.symbol = s.symbol) as known
from (select caravan_spelling(:?symbol::text) as symbol) s
