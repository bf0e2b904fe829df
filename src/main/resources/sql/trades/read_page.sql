-- The trades of a symbol by time, as they stand now, for a cursor that takes them piece by piece; writes nothing.
select t.symbol, t.ts at time zone 'UTC' as ts, t.nanos, t.exchange, t.trade_id, t.price, t.size,
  to_json(t.conditions) as conditions, t.tape, t.feed, t.status
from trades t
where t.symbol = :?symbol::text
  and (:?feed::text is null or t.feed = :?feed::text)
  and t.ts >= greatest(:?from::timestamptz, :?after_1::timestamptz, '-infinity')
  and t.ts < coalesce(:?to::timestamptz, 'infinity')
  and (:?after_1::timestamptz is null or (t.ts, t.nanos, t.exchange, t.trade_id)
    > (:?after_1::timestamptz, :?after_2::bigint, :?after_3::text, :?after_4::bigint))
order by t.ts, t.nanos, t.exchange, t.trade_id
limit :?limit::integer + 1
