-- The partitions that are older than what is kept, the oldest of a table first; writes nothing.
select p.of_table, p.partition, p.from_ts = '-infinity' as earlier
from month_partitions p
  join retained r on r.dataset = case p.of_table when 'quotes' then 'quotes' else 'trades' end
where not p.is_default and (p.to_ts <= r.since or p.from_ts = '-infinity')
order by p.of_table, p.from_ts
