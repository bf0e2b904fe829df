-- One page of the partitions that the stream comes by, each with how far it is stored; writes nothing.
with found as (
  select row_number() over (order by w.topic, w.partition) as n, w.*
  from store_watermarks w
  where (w.topic, w.partition) > (coalesce(:?after_1::text, ''), coalesce(:?after_2::integer, -1))
  order by w.topic, w.partition
  limit :?limit::integer + 1
)
select '[' || coalesce(string_agg(row_to_json(r)::text, ',' order by f.n)
    filter (where f.n <= :?limit::integer), '') || ']' as body,
  case when max(f.n) > :?limit::integer
    then json_build_array(max(f.topic) filter (where f.n = :?limit::integer),
      max(f.partition) filter (where f.n = :?limit::integer))::text end as next
from found f
cross join lateral (
  select f.topic, f.partition, f.next_offset, api_time(f.stored_to) as stored_to,
    greatest(0, round(extract(epoch from clock_timestamp() - f.stored_to), 1)) as seconds_behind) r
