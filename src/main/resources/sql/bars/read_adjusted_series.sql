-- The bars of one series by time, adjusted, for a cursor that takes them piece by piece; writes nothing.
-- One of the two is never planned: which one is asked for is a constant.
(select a.ts at time zone 'UTC' as ts, a.adjusted_open as open, a.adjusted_high as high, a.adjusted_low as low, a.adjusted_close as close,
  a.adjusted_volume as volume, a.trade_count, a.adjusted_vwap as vwap, a.final, a.revision,
  a.adjusted_as_of at time zone 'UTC' as adjusted_as_of, a.split_factor, a.dividend_factor
from bars_adjusted a
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
(select a.ts at time zone 'UTC' as ts, a.adjusted_open as open, a.adjusted_high as high, a.adjusted_low as low, a.adjusted_close as close,
  a.adjusted_volume as volume, a.trade_count, a.adjusted_vwap as vwap, a.final, a.revision,
  a.adjusted_as_of at time zone 'UTC' as adjusted_as_of, a.split_factor, a.dividend_factor
from bars_adjusted a
where :?order::text = 'desc'
  and a.source = :?source::text and a.feed = :?feed::text
  and a.symbol = :?symbol::text and a.timeframe = :?timeframe::text
  and a.ts >= coalesce(:?from::timestamptz, '-infinity') and a.ts < coalesce(:?to::timestamptz, 'infinity')
  and a.ts <= coalesce(:?after_1::timestamptz, 'infinity')
  and (:?after_1::timestamptz is null
    or (a.ts, a.source, a.feed) < (:?after_1::timestamptz, :?after_2::text, :?after_3::text))
order by a.ts desc
limit :?limit::integer + 1)
