-- Whoever stores actions of a symbol is alone with it until the transaction ends; locks are taken in one order, so that none waits in a ring.
select pg_advisory_xact_lock(hashtext('caravan corporate actions'), key)
from (
  select distinct hashtext(:?source || ' ' || symbol) as key
  from (
    select unnest(string_to_array(:?symbols, ',')) as symbol
    union
    select served.symbol from jsonb_to_recordset(:?rows::jsonb) as served (symbol text)) named
  order by key) keys
