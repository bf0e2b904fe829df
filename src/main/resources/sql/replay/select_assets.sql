-- The symbols of the replayed database as Alpaca lists its assets; writes nothing.
select json_build_object('id', md5(symbol)::uuid, 'class', 'us_equity', 'exchange', coalesce(exchange, ''),
  'symbol', symbol, 'name', coalesce(name, ''), 'status', status, 'tradable', status = 'active',
  'marginable', false, 'shortable', false, 'easy_to_borrow', false, 'fractionable', false,
  'attributes', '[]'::json)::text as row
from symbols
where 'alpaca' = any (sources) and (:?symbol::text is null or symbol = :?symbol::text)
  and (:?status::text is null or status = :?status::text)
order by symbol
