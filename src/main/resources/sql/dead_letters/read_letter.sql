-- One letter with its payload, cut where it is long; body is null where there is no such letter; writes nothing.
select row_to_json(r)::text as body
from (select) one
left join lateral (
  select d.letter_id, d.run_id, d.route_id, d.symbol, d.reason, d.times, d.feed, d.timeframe,
    api_time(d.first_failed_at) as first_failed_at, api_time(d.failed_at) as failed_at,
    api_time(d.replayed_at) as replayed_at, d.replayed_at is null as replayable, left(d.payload, 100000) as payload
  from dead_letters d
  where d.letter_id = :?id::bigint) r on true
