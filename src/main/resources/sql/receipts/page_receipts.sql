-- One page of receipts, the newest session first and in it by symbol; writes nothing.
with found as (
  select row_number() over (order by r.session desc, r.symbol, r.source, r.feed, r.dataset, r.timeframe) as n, r.*
  from receipts r
  where (:?session::date is null or r.session = :?session::date)
    and (:?symbol::text is null or r.symbol = (select caravan_spelling(:?symbol::text)))
    and (not :?missing::boolean or r.missing > 0)
    and r.session <= coalesce(:?after_1::date, 'infinity')
    and (:?after_1::date is null or r.session < :?after_1::date
      or (r.symbol, r.source, r.feed, r.dataset, r.timeframe)
        > (:?after_2::text, :?after_3::text, :?after_4::text, :?after_5::text, :?after_6::text))
  order by r.session desc, r.symbol, r.source, r.feed, r.dataset, r.timeframe
  limit :?limit::integer + 1
)
select '[' || coalesce(string_agg(row_to_json(r)::text, ',' order by f.n)
    filter (where f.n <= :?limit::integer), '') || ']' as body,
  case when max(f.n) > :?limit::integer
    then min(json_build_array(f.session, f.symbol, f.source, f.feed, f.dataset, f.timeframe)::text)
      filter (where f.n = :?limit::integer) end as next,
  case when count(*) = 0 and not exists (select from symbols s where s.symbol = (select caravan_spelling(:?symbol::text)))
    then (select caravan_spelling(:?symbol::text)) end as unknown
from found f
cross join lateral (
  select f.source, f.feed, f.dataset, f.symbol, f.timeframe, f.session, f.expected, f.stored, f.no_trade, f.missing,
    f.calendar, api_time(f.opens_at) as opens_at, api_time(f.closes_at) as closes_at,
    api_time(f.proved_at) as proved_at, api_time(f.counted_at) as counted_at, f.note) r
