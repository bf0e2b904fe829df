-- For how many milliseconds whoever had the lease before has not proven that it has it; no more than is certain. Writes nothing.
select coalesce(greatest(0, extract(epoch from clock_timestamp() - max(proven_at)) * 1000), 0)::bigint
from cluster_leases
where lease = ?
