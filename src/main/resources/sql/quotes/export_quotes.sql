-- The quotes between two New York dates, symbol by symbol in the order of time; writes nothing.
select q.symbol, q.ts, q.nanos, q.bid_exchange, q.bid_price, q.bid_size, q.ask_exchange, q.ask_price, q.ask_size,
  q.conditions, q.tape, q.feed
from quotes q
where (:?feed::text is null or q.feed = :?feed::text)
  and (:?symbols::text[] is null or q.symbol = any (:?symbols::text[]))
  and q.ts >= coalesce(:?from::timestamp at time zone 'America/New_York', '-infinity')
  and q.ts < coalesce((:?to::timestamp + interval '1 day') at time zone 'America/New_York', 'infinity')
order by q.symbol, q.ts, q.nanos
