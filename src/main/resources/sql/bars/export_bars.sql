-- The bars of one timeframe as stored, series by series in the order of time, for a cursor or a copy; writes nothing.
-- A daily bar belongs to the session of its exchange, whose midnight may be the day before in New York.
select b.source, b.feed, b.symbol, b.timeframe, b.ts, b.open, b.high, b.low, b.close, b.volume, b.trade_count, b.vwap,
  b.final, b.revision, b.adjusted_as_of
from bars b left join symbols s on s.symbol = b.symbol
where b.timeframe = :?timeframe::text
  and (:?source::text is null or b.source = :?source::text)
  and (:?feed::text is null or b.feed = :?feed::text)
  and (:?symbols::text[] is null or b.symbol = any (:?symbols::text[]))
  and b.ts >= coalesce(:?from::timestamp at time zone 'America/New_York', '-infinity')
    - case when :?timeframe::text = '1Day' then interval '1 day' else interval '0' end
  and b.ts < coalesce((:?to::timestamp + interval '1 day') at time zone 'America/New_York', 'infinity')
    + case when :?timeframe::text = '1Day' then interval '1 day' else interval '0' end
  and (:?timeframe::text <> '1Day'
    or (b.ts at time zone coalesce(s.time_zone, 'America/New_York'))::date
      between coalesce(:?from::date, '-infinity') and coalesce(:?to::date, 'infinity'))
order by b.source, b.feed, b.symbol, b.ts
