-- Keeps once a run how long a complete list was.
insert into symbol_lists (run_id, source, active, inactive, read_at)
values (:?run_id::bigint, :?source, :?listed_active::integer, :?listed_inactive::integer, :?now::timestamptz)
on conflict (run_id) do nothing
