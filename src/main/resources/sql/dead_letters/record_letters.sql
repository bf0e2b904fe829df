-- Keeps the single rows of an answer that could not be taken, with the reason of each; what repeats itself is counted.
insert into dead_letters (run_id, route_id, symbol, reason, payload, times, feed, timeframe)
select :?run_id::bigint, :?route_id, symbol, reason, left(payload, 262144), count(*), :?letter_feed::text,
  :?letter_timeframe::text
from jsonb_to_recordset(:?letters::jsonb) as refused (symbol text, reason text, payload text)
group by symbol, reason, left(payload, 262144)
on conflict (route_id, symbol, md5(reason), md5(coalesce(payload, ''))) where replayed_at is null and symbol is not null
do update set times = dead_letters.times + excluded.times, failed_at = now(), run_id = excluded.run_id,
  feed = excluded.feed, timeframe = excluded.timeframe
