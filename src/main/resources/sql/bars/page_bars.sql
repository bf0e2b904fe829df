-- One page of a symbol's bars, as stored or adjusted, by time and then by source and feed; writes nothing.
with found as (
  select row_number() over () as n, b.*
  from (
    select b.*
    from bar_feeds f
    cross join lateral (
      -- One of the two is never planned: which one is asked for is a constant.
      (select a.* from bars_as(:?adjusted::boolean) a
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
      (select a.* from bars_as(:?adjusted::boolean) a
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
    limit :?limit::integer + 1) b
)
-- The rows come in the order of n; to sort a hundred thousand texts once more would go through the disk.
select '[' || coalesce(string_agg(
    case when :?adjusted::boolean then row_to_json(adjusted)::text else row_to_json(stored)::text end, ',')
    filter (where f.n <= :?limit::integer), '') || ']' as body,
  case when max(f.n) > :?limit::integer then min(json_build_array(api_time(f.ts), f.source, f.feed)::text)
    filter (where f.n = :?limit::integer) end as next,
  case when count(*) = 0 and not exists (select from symbols s where s.symbol = (select caravan_spelling(:?symbol::text)))
    then (select caravan_spelling(:?symbol::text)) end as unknown
from found f
cross join lateral (
  select f.source, f.feed, f.symbol, f.timeframe, api_time(f.ts) as ts, f.open, f.high, f.low, f.close, f.volume,
    f.trade_count, f.vwap, f.final, f.revision, api_time(f.adjusted_as_of) as adjusted_as_of) stored
cross join lateral (select stored.*, f.split_factor, f.dividend_factor) adjusted
