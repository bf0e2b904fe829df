-- Time, source and feed of the last bar of a page, the page's size behind its start, where there are more; writes nothing.
select n.ts at time zone 'UTC' as ts, n.source, n.feed, count(*) over () > 1 as more
from (
  select b.ts, b.source, b.feed
  from bar_feeds f
  cross join lateral (
    -- One of the two is never planned: which one is asked for is a constant.
    (select a.ts, a.source, a.feed from bars a
    where :?order::text = 'asc'
      and a.source = f.source and a.feed = f.feed
      and a.symbol = (select caravan_spelling(:?symbol::text)) and a.timeframe = :?timeframe::text
      and a.ts >= coalesce(:?from::timestamptz, '-infinity') and a.ts < coalesce(:?to::timestamptz, 'infinity')
      and a.ts >= coalesce(:?after_1::timestamptz, '-infinity')
      and (:?after_1::timestamptz is null
        or (a.ts, a.source, a.feed) > (:?after_1::timestamptz, :?after_2::text, :?after_3::text))
    order by a.ts
    limit :?limit::integer + 1)
    union all
    (select a.ts, a.source, a.feed from bars a
    where :?order::text = 'desc'
      and a.source = f.source and a.feed = f.feed
      and a.symbol = (select caravan_spelling(:?symbol::text)) and a.timeframe = :?timeframe::text
      and a.ts >= coalesce(:?from::timestamptz, '-infinity') and a.ts < coalesce(:?to::timestamptz, 'infinity')
      and a.ts <= coalesce(:?after_1::timestamptz, 'infinity')
      and (:?after_1::timestamptz is null
        or (a.ts, a.source, a.feed) < (:?after_1::timestamptz, :?after_2::text, :?after_3::text))
    order by a.ts desc
    limit :?limit::integer + 1)) b
  where (:?source::text is null or f.source = :?source::text)
    and (:?feed::text is null or f.feed = :?feed::text)
  order by
    case when :?order::text = 'desc' then b.ts end desc, case when :?order::text = 'desc' then b.source end desc,
    case when :?order::text = 'desc' then b.feed end desc,
    b.ts, b.source, b.feed
  offset :?limit::integer - 1
  limit 2) n
limit 1
