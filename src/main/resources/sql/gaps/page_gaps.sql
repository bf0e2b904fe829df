-- One page of gaps, the newest first; writes nothing.
with found as (
  select row_number() over (order by g.gap_id desc) as n, g.*
  from gaps g
  where g.gap_id < coalesce(:?after_1::bigint, 9223372036854775807)
    and (:?status::text is null or g.status = :?status::text)
    and (:?symbol::text is null or g.symbol = (select caravan_spelling(:?symbol::text)))
    and (:?dataset::text is null or g.dataset = :?dataset::text)
  order by g.gap_id desc
  limit :?limit::integer + 1
)
select '[' || coalesce(string_agg(row_to_json(r)::text, ',' order by f.n)
    filter (where f.n <= :?limit::integer), '') || ']' as body,
  case when max(f.n) > :?limit::integer
    then json_build_array(min(f.gap_id) filter (where f.n = :?limit::integer))::text end as next,
  case when count(*) = 0 and not exists (select from symbols s where s.symbol = (select caravan_spelling(:?symbol::text)))
    then (select caravan_spelling(:?symbol::text)) end as unknown
from found f
cross join lateral (
  select f.gap_id, f.source, f.feed, f.dataset, f.symbol, f.timeframe, api_time(f.from_ts) as from_ts,
    api_time(f.to_ts) as to_ts, f.status, f.reason, api_time(f.opened_at) as opened_at,
    api_time(f.closed_at) as closed_at, f.attempts, api_time(f.next_try_at) as next_try_at, f.last_error) r
