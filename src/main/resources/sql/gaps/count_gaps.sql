-- How many gaps are open, and how many were given up.
select count(*) filter (where status = 'open') as open, count(*) filter (where status = 'abandoned') as abandoned
from gaps
where status in ('open', 'abandoned')
