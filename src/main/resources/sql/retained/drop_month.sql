-- A partition is dropped, once, where nothing needs its month; gives its rows, or nothing where it is kept.
select dropped from drop_month(:?run_id::bigint, :?partition)
