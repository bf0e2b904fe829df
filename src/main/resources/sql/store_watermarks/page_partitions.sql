-- One page of the partitions that the stream comes by, each with how far it is stored; writes nothing.
with found as (
  select row_number() over (order by l.topic, l.partition) as n, l.*
  from partition_lags l
  where (l.topic, l.partition) > (coalesce(:?after_1::text, ''), coalesce(:?after_2::integer, -1))
  order by l.topic, l.partition
  limit :?limit::integer + 1
)
select '[' || coalesce(string_agg(row_to_json(r)::text, ',' order by f.n)
    filter (where f.n <= :?limit::integer), '') || ']' as body,
  case when max(f.n) > :?limit::integer
    then json_build_array(max(f.topic) filter (where f.n = :?limit::integer),
      max(f.partition) filter (where f.n = :?limit::integer))::text end as next
from found f
cross join lateral (
  select f.topic, f.partition, f.next_offset, api_time(f.stored_to) as stored_to, api_time(f.received_to) as received_to,
    f.seconds_behind) r
