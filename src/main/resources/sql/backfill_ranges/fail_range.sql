-- A range that was not read to its end stays open, and says why.
update backfill_ranges
set attempts = attempts + 1, last_error = :?reason
where range_id = :?range_id::bigint and status = 'open'
