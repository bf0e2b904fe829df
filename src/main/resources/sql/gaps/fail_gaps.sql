-- Counts one refusal of each of these gaps that is open; after the last it is abandoned, with the reason.
update gaps
set attempts = attempts + 1, last_error = :?reason,
  next_try_at = :?now::timestamptz + least(interval '1 min' * 2 ^ attempts, interval '1 h'),
  status = case when attempts + 1 >= :?most_attempts::integer then 'abandoned' else status end,
  closed_at = case when attempts + 1 >= :?most_attempts::integer then now() end
where gap_id = any (string_to_array(:?gaps, ',')::bigint[])
  and symbol = any (string_to_array(:?unserved, ',')) and status = 'open'
returning gap_id, dataset, symbol, status, last_error
