-- One page of a symbol's trades as they stand now, by time; writes nothing.
with found as (
  select row_number() over () as n, t.*
  from (
    select t.*
    from trades t
    where t.symbol = (select caravan_spelling(:?symbol::text))
      and (:?feed::text is null or t.feed = :?feed::text)
      and t.ts >= greatest(:?from::timestamptz, :?after_1::timestamptz, '-infinity')
      and t.ts < coalesce(:?to::timestamptz, 'infinity')
      and (:?after_1::timestamptz is null or (t.ts, t.nanos, t.exchange, t.trade_id)
        > (:?after_1::timestamptz, :?after_2::bigint, :?after_3::text, :?after_4::bigint))
    order by t.ts, t.nanos, t.exchange, t.trade_id
    limit :?limit::integer + 1) t
)
-- The rows come in the order of n.
select '[' || coalesce(string_agg(row_to_json(r)::text, ',') filter (where f.n <= :?limit::integer), '') || ']' as body,
  case when max(f.n) > :?limit::integer
    then min(json_build_array(api_time(f.ts), f.nanos::text, f.exchange, f.trade_id::text)::text)
      filter (where f.n = :?limit::integer) end as next,
  case when count(*) = 0 and not exists (select from symbols s where s.symbol = (select caravan_spelling(:?symbol::text)))
    then (select caravan_spelling(:?symbol::text)) end as unknown
from found f
cross join lateral (
  select f.symbol, api_time(f.ts) as ts, f.nanos, f.exchange, f.trade_id, f.price, f.size, f.conditions, f.tape, f.feed,
    f.status) r
