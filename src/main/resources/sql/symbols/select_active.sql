-- Every active symbol that the source serves, in a fixed order.
select symbol, yahoo_symbol
from symbols
where status = 'active' and :?source = any (sources)
order by symbol
