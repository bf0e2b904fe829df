-- Every active symbol that the source serves and header served does not name, in a fixed order.
select symbol, yahoo_symbol
from symbols
where status = 'active' and :?source = any (sources) and symbol <> all (string_to_array(:?served::text, ','))
order by symbol
