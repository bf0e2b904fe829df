-- The bars of one series by time, as stored, for a cursor that takes them piece by piece; writes nothing.
-- One of the two is never planned: which one is asked for is a constant.
(select a.ts at time zone 'UTC' as ts, a.open, a.high, a.low, a.close,
  a.volume, a.trade_count, a.vwap, a.final, a.revision,
  a.adjusted_as_of at time zone 'UTC' as adjusted_as_of
from bars a
where :?order::text = 'asc'
  and a.source = :?source::text and a.feed = :?feed::text
  and a.symbol = :?symbol::text and a.timeframe = :?timeframe::text
  and a.ts >= coalesce(:?from::timestamptz, '-infinity') and a.ts < coalesce(:?to::timestamptz, 'infinity')
  and a.ts >= coalesce(:?after_1::timestamptz, '-infinity')
  and (:?after_1::timestamptz is null
    or (a.ts, a.source, a.feed) > (:?after_1::timestamptz, :?after_2::text, :?after_3::text))
order by a.ts
limit :?limit::integer + 1)
union all
(select a.ts at time zone 'UTC' as ts, a.open, a.high, a.low, a.close,
  a.volume, a.trade_count, a.vwap, a.final, a.revision,
  a.adjusted_as_of at time zone 'UTC' as adjusted_as_of
from bars a
where :?order::text = 'desc'
  and a.source = :?source::text and a.feed = :?feed::text
  and a.symbol = :?symbol::text and a.timeframe = :?timeframe::text
  and a.ts >= coalesce(:?from::timestamptz, '-infinity') and a.ts < coalesce(:?to::timestamptz, 'infinity')
  and a.ts <= coalesce(:?after_1::timestamptz, 'infinity')
  and (:?after_1::timestamptz is null
    or (a.ts, a.source, a.feed) < (:?after_1::timestamptz, :?after_2::text, :?after_3::text))
order by a.ts desc
limit :?limit::integer + 1)
