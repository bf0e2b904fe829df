-- Each trade stands once, under its key; one that is there changes only where the provider says that it was corrected or does not count.
insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed, status)
select distinct on (symbol, ts, exchange, trade_id) symbol, ts, nanos, exchange, trade_id, price, size,
  conditions, tape, feed, status
from rows from (jsonb_to_recordset(:?rows::jsonb) as (symbol text, ts timestamptz, nanos smallint, exchange text,
  trade_id bigint, price numeric, size numeric, conditions text[], tape text, feed text, status text))
  with ordinality as served (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed, status, nth)
-- Most of what is read again is there as it is, and is not even locked.
where status <> 'valid'
  or not exists (select from trades t where (t.symbol, t.ts, t.exchange, t.trade_id)
    = (served.symbol, served.ts, served.exchange, served.trade_id)
    -- All that is served lies between these times, and no other month is looked into.
    and t.ts between :?from::timestamptz and :?to::timestamptz)
order by symbol, ts, exchange, trade_id, nth desc
on conflict on constraint trades_one_row_a_trade do update
set status = excluded.status,
  price = case when excluded.status = 'corrected' then excluded.price else trades.price end,
  size = case when excluded.status = 'corrected' then excluded.size else trades.size end,
  conditions = case when excluded.status = 'corrected' then excluded.conditions else trades.conditions end
where excluded.status <> 'valid'
  and (trades.status <> excluded.status
    or excluded.status = 'corrected'
      and (trades.price, trades.size, trades.conditions)
        is distinct from (excluded.price, excluded.size, excluded.conditions))
