-- Each of these gaps that is open waits without an attempt, longer each time, or until its range is old enough for the plan.
update gaps
set last_error = :?reason, waits = waits + 1,
  next_try_at = greatest(
    :?now::timestamptz + least(interval '1 min' * 2 ^ least(waits, 10),
      case source when 'yahoo' then interval '6 h' else interval '1 h' end),
    case when coalesce(:?too_recent::boolean, false) then to_ts + interval '16 min' end)
where gap_id = any (string_to_array(:?gaps, ',')::bigint[])
  and symbol = any (string_to_array(:?unserved, ',')) and status = 'open'
returning gap_id, dataset, symbol, status, last_error
