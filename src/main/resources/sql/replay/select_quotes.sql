-- One page of a symbol's quotes; writes nothing.
select (extract(epoch from ts) * 1000000)::bigint * 1000 + nanos as at_nanos,
  json_strip_nulls(json_build_object(
    't', to_char(ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || lpad(nanos::text, 3, '0') || 'Z',
    'bx', bid_exchange, 'bp', bid_price, 'bs', bid_size, 'ax', ask_exchange, 'ap', ask_price, 'as', ask_size,
    'c', conditions, 'z', tape))::text as row
from quotes
where symbol = :?symbol::text and feed = :?feed::text and ts < :?night::timestamptz
  and ts >= :?from::timestamptz and ts <= :?to::timestamptz
  and (extract(epoch from ts) * 1000000)::bigint * 1000 + nanos between :?from_nanos::bigint and :?to_nanos::bigint
order by ts, nanos, bid_exchange, bid_price, bid_size, ask_exchange, ask_price, ask_size
offset :?skip::bigint
limit :?most::integer
