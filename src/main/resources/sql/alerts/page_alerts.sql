-- One page of incidents, the newest first; writes nothing.
with found as (
  select row_number() over (order by a.alert_id desc) as n, a.*
  from alerts a
  where a.alert_id < coalesce(:?after_1::bigint, 9223372036854775807) and a.what <> 'summary'
    and (:?status::text = 'all' or (a.cleared_at is null) = (:?status::text = 'open'))
  order by a.alert_id desc
  limit :?limit::integer + 1
)
select '[' || coalesce(string_agg(row_to_json(r)::text, ',' order by f.n)
    filter (where f.n <= :?limit::integer), '') || ']' as body,
  case when max(f.n) > :?limit::integer
    then json_build_array(min(f.alert_id) filter (where f.n = :?limit::integer))::text end as next
from found f
cross join lateral (
  select f.alert_id, f.what, f.subject, f.detail, api_time(f.opened_at) as opened_at, api_time(f.told_at) as told_at,
    api_time(f.cleared_at) as cleared_at, api_time(f.cleared_told_at) as cleared_told_at) r
