-- One letter with all that it says; writes nothing.
select letter_id, route_id, symbol, reason, times, run_id, feed, timeframe,
  to_char(first_failed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as first_failed_at,
  to_char(failed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as failed_at,
  to_char(replayed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as replayed_at, payload
from dead_letters
where letter_id = ?::bigint
