-- The newest gaps that fit, each on a row with how many there are in all; writes nothing.
select gap_id, status, source, feed, dataset, symbol, timeframe,
  to_char(from_ts at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as from_ts,
  to_char(to_ts at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as to_ts,
  attempts, left(coalesce(last_error, reason), 500) as reason, count(*) over () as gaps
from gaps
where status = any (?)
  and (?::text is null or symbol in (?::text, caravan_spelling(?::text)))
order by gaps.gap_id desc
limit ?::integer
