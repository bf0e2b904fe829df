-- A range is done once, when its answer was read to the end and all of it is stored.
update backfill_ranges r
set status = 'done', proof = 'answer', done_at = now(), attempts = attempts + 1, last_error = null,
  asked_to = :?end::timestamptz, rows = backfill_rows(r)
where range_id = :?range_id::bigint
returning rows
