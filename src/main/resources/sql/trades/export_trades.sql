-- The trades between two New York dates as they stand now, symbol by symbol in the order of time; writes nothing.
select t.symbol, t.ts, t.nanos, t.exchange, t.trade_id, t.price, t.size, t.conditions, t.tape, t.feed, t.status
from trades t
where (:?feed::text is null or t.feed = :?feed::text)
  and (:?symbols::text[] is null or t.symbol = any (:?symbols::text[]))
  and t.ts >= coalesce(:?from::timestamp at time zone 'America/New_York', '-infinity')
  and t.ts < coalesce((:?to::timestamp + interval '1 day') at time zone 'America/New_York', 'infinity')
order by t.symbol, t.ts, t.nanos, t.exchange, t.trade_id
