-- At most 20,000 rows are dropped of what is earlier than the first month, which nothing needs; go_on is null at the end.
select dropped, go_on from thin_earlier(:?run_id::bigint, :?of_table, :?after, 20000)
