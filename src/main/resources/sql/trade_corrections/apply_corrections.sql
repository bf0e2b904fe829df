-- The oldest waiting correction of each trade that is there is applied, once; returns those, so repeat it until it returns none.
-- Trade and correction lie between two times that it is given: no other month is even planned for.
with waiting as materialized (
  select *
  from trade_corrections
  where applied_at is null and symbol in (select jsonb_array_elements_text(:?symbols::jsonb))
    and ts between :?from::timestamptz and :?to::timestamptz
  order by symbol, ts, nanos, exchange, trade_id, kind
  for update
),
-- A correction names its trade by an id that is unique on one exchange and New York day.
found as (
  select distinct on (o.symbol, o.ts, o.exchange, o.trade_id) c.kind, c.nanos as correction_nanos,
    c.ts as correction_ts, c.new_trade_id, c.new_price, c.new_size, c.new_conditions,
    o.symbol, o.ts, o.nanos, o.exchange, o.trade_id, o.tape, o.feed,
    c.kind = 'corrected' and c.new_trade_id = c.trade_id as in_place
  from waiting c
    cross join lateral (
      select t.*
      from trades t
      where t.symbol = c.symbol and t.exchange = c.exchange and t.trade_id = c.trade_id and t.ts <= c.ts
        and t.ts >= date_trunc('day', c.ts at time zone 'America/New_York') at time zone 'America/New_York'
        and t.ts between :?from::timestamptz and :?to::timestamptz
      order by t.ts desc
      limit 1
    ) as o
  order by o.symbol, o.ts, o.exchange, o.trade_id, c.ts, c.nanos
),
changed as (
  update trades t
  set status = case when f.in_place then 'corrected' when f.kind = 'corrected' then 'incorrect' else f.kind end,
    price = case when f.in_place then f.new_price else t.price end,
    size = case when f.in_place then f.new_size else t.size end,
    conditions = case when f.in_place then f.new_conditions else t.conditions end
  from found f
  where (t.symbol, t.ts, t.exchange, t.trade_id) = (f.symbol, f.ts, f.exchange, f.trade_id)
    and t.ts between :?from::timestamptz and :?to::timestamptz
),
added as (
  insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed, status)
  select symbol, ts, nanos, exchange, new_trade_id, new_price, new_size, new_conditions, tape, feed, 'corrected'
  from found
  where kind = 'corrected' and not in_place
  on conflict on constraint trades_one_row_a_trade do nothing
)
update trade_corrections c
set applied_at = now()
from found f
where (c.symbol, c.ts, c.nanos, c.exchange, c.trade_id, c.kind)
  = (f.symbol, f.correction_ts, f.correction_nanos, f.exchange, f.trade_id, f.kind)
  and c.ts between :?from::timestamptz and :?to::timestamptz
returning c.symbol, c.exchange, c.trade_id, c.kind
