-- When the first month begins of each table that lies in months; writes nothing.
select p.of_table, to_char(p.to_ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as first
from month_partitions p
where p.from_ts = '-infinity'
order by p.of_table
