-- One page of the processes on this database, by name, each with the streams that it has; writes nothing.
with found as (
  select row_number() over (order by n.node) as n, n.*
  from cluster_nodes n
  where n.node > coalesce(:?after_1::text, '')
  order by n.node
  limit :?limit::integer + 1
)
select '[' || coalesce(string_agg(row_to_json(r)::text, ',' order by f.n)
    filter (where f.n <= :?limit::integer), '') || ']' as body,
  case when max(f.n) > :?limit::integer
    then json_build_array(min(f.node) filter (where f.n = :?limit::integer))::text end as next
from found f
left join lateral (
  select string_agg(o.feed, ',' order by o.feed) as feeds, max(o.since) as since
  from stream_owners o
  where o.owner = f.node) held on true
cross join lateral (
  select f.node, f.host, f.version, is_alive(f.node) as alive, api_time(f.started_at) as started_at,
    api_time(nullif(f.seen_at, '-infinity')) as seen_at, held.feeds as streams, api_time(held.since) as streams_since) r
