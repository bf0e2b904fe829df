-- Each gap of news that is still owed after a reading of news says why that reading did not come to its end.
update gaps
set last_error = run.error
from (select status, error from flow_runs where flow = 'alpaca-news' order by run_id desc limit 1) as run
where gaps.source = 'alpaca' and gaps.dataset = 'news' and gaps.status = 'open' and gaps.to_ts is not null
  and run.status in ('failed', 'partial', 'interrupted') and run.error is not null
