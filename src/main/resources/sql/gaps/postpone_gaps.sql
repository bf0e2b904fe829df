-- Each of these gaps that is open waits, and no attempt is counted: a minute, or until its range is old enough for the plan.
update gaps
set last_error = :?reason,
  next_try_at = greatest(:?now::timestamptz + interval '1 min',
    case when :?too_recent::boolean then to_ts + interval '16 min' end)
where gap_id = any (string_to_array(:?gaps, ',')::bigint[])
  and symbol = any (string_to_array(:?unserved, ',')) and status = 'open'
returning gap_id, dataset, symbol, status, last_error
