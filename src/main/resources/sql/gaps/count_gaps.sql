-- How many gaps are open, and how many were given up that can be taken up again.
select count(*) filter (where status = 'open') as open,
  count(*) filter (where status = 'abandoned' and has_history(source, feed, dataset, timeframe)) as abandoned
from gaps
where status in ('open', 'abandoned')
