-- Keeps the single rows of an answer that could not be taken, with the reason of each, under the flow whose run it is; what repeats itself is counted.
insert into dead_letters (run_id, route_id, symbol, reason, payload, times, feed, timeframe)
select r.run_id, coalesce(min(refused.route), r.flow), symbol, reason, left(payload, 262144), count(*), min(feed),
  min(timeframe)
from jsonb_to_recordset(:?letters::jsonb) as refused (symbol text, reason text, payload text, feed text,
  timeframe text, route text)
  left join flow_runs r on r.run_id = :?run_id::bigint
group by r.run_id, r.flow, symbol, reason, left(payload, 262144)
on conflict (route_id, symbol, md5(reason), md5(coalesce(payload, ''))) where replayed_at is null and symbol is not null
do update set times = dead_letters.times + excluded.times, failed_at = now(), run_id = excluded.run_id,
  feed = excluded.feed, timeframe = excluded.timeframe
