-- One page of a symbol's trades as they stand now, with what became of each; writes nothing.
select (extract(epoch from ts) * 1000000)::bigint * 1000 + nanos as at_nanos,
  json_strip_nulls(json_build_object(
    't', to_char(ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || lpad(nanos::text, 3, '0') || 'Z',
    'x', exchange, 'p', price, 's', size, 'c', conditions, 'i', trade_id, 'z', tape,
    'u', case status when 'valid' then null when 'error' then 'canceled' else status end))::text as row
from trades
where symbol = :?symbol::text and feed = :?feed::text and ts < :?night::timestamptz
  and ts >= :?from::timestamptz and ts <= :?to::timestamptz
  and (extract(epoch from ts) * 1000000)::bigint * 1000 + nanos between :?from_nanos::bigint and :?to_nanos::bigint
order by ts, nanos, exchange, trade_id
offset :?skip::bigint
limit :?most::integer
