-- One page of a symbol's bars of one timeframe as they stand now; writes nothing.
select (extract(epoch from ts) * 1000000)::bigint * 1000 as at_nanos,
  json_strip_nulls(json_build_object('t', to_char(ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'o', open, 'h', high, 'l', low, 'c', close, 'v', volume, 'n', trade_count, 'vw', vwap))::text as row
from bars
where source = 'alpaca' and feed = :?feed::text and symbol = :?symbol::text and timeframe = :?timeframe::text
  and ts < :?night::timestamptz and ts >= :?from::timestamptz and ts <= :?to::timestamptz
  and (extract(epoch from ts) * 1000000)::bigint * 1000 between :?from_nanos::bigint and :?to_nanos::bigint
order by ts
offset :?skip::bigint
limit :?most::integer
