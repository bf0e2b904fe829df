-- One page of letters without their payloads, the newest first; writes nothing.
with found as (
  select row_number() over (order by d.failed_at desc, d.letter_id desc) as n, d.letter_id, d.run_id, d.route_id,
    d.symbol, d.reason, d.times, d.feed, d.timeframe, d.first_failed_at, d.failed_at, d.replayed_at,
    d.payload is not null as has_payload
  from dead_letters d
  where (:?status::text = 'all'
      or (:?status::text = 'open' and d.replayed_at is null)
      or (:?status::text = 'replayed' and d.replayed_at is not null))
    and (:?route::text is null or d.route_id = :?route::text)
    and (:?symbol::text is null or d.symbol = (select caravan_spelling(:?symbol::text)))
    and d.failed_at <= coalesce(:?after_1::timestamptz, 'infinity')
    and (:?after_1::timestamptz is null
      or (d.failed_at, d.letter_id) < (:?after_1::timestamptz, :?after_2::bigint))
  order by d.failed_at desc, d.letter_id desc
  limit :?limit::integer + 1
)
select '[' || coalesce(string_agg(row_to_json(r)::text, ',' order by f.n)
    filter (where f.n <= :?limit::integer), '') || ']' as body,
  case when max(f.n) > :?limit::integer then min(json_build_array(api_time(f.failed_at), f.letter_id)::text)
    filter (where f.n = :?limit::integer) end as next
from found f
cross join lateral (
  select f.letter_id, f.run_id, f.route_id, f.symbol, f.reason, f.times, f.feed, f.timeframe,
    api_time(f.first_failed_at) as first_failed_at, api_time(f.failed_at) as failed_at,
    api_time(f.replayed_at) as replayed_at, f.replayed_at is null as replayable) r
