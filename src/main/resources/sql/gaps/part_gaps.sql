-- Gaps whose symbols were refused together are asked for one by one from now on; whose request is refused then counts.
update gaps
set alone = true, last_error = :?reason, next_try_at = :?now::timestamptz
where gap_id = any (string_to_array(:?gaps, ',')::bigint[])
  and symbol = any (string_to_array(:?unserved, ',')) and status = 'open'
returning gap_id, dataset, symbol, status, last_error
