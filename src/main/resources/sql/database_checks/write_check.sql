-- Writes this run into the one row of its table.
insert into database_checks (run_id, checked_at)
values (:?run_id::bigint, clock_timestamp())
on conflict on constraint database_checks_one_row do update
set run_id = excluded.run_id, checked_at = excluded.checked_at
