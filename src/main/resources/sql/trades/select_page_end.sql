-- What names the last trade of a page, the page's size behind its start, where there are more; writes nothing.
select n.ts at time zone 'UTC' as ts, n.nanos, n.exchange, n.trade_id, count(*) over () > 1 as more
from (
  select t.ts, t.nanos, t.exchange, t.trade_id
  from trades t
  where t.symbol = :?symbol::text
    and (:?feed::text is null or t.feed = :?feed::text)
    and t.ts >= greatest(:?from::timestamptz, :?after_1::timestamptz, '-infinity')
    and t.ts < coalesce(:?to::timestamptz, 'infinity')
    and (:?after_1::timestamptz is null or (t.ts, t.nanos, t.exchange, t.trade_id)
      > (:?after_1::timestamptz, :?after_2::bigint, :?after_3::text, :?after_4::bigint))
  order by t.ts, t.nanos, t.exchange, t.trade_id
  offset :?limit::integer - 1
  limit 2) n
limit 1
