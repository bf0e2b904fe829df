-- A session that answers has its locks still; whoever takes the lease next finds when that was.
insert into cluster_leases (lease, proven_at)
values (?, clock_timestamp())
on conflict on constraint cluster_leases_one_row_a_lease do update
set proven_at = clock_timestamp()
returning true
