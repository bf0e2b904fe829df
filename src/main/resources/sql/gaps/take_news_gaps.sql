-- The gaps of news that are due, each once in 5 minutes; none while news is being read, since that may settle them.
update gaps
set next_try_at = now() + interval '5 min'
where source = 'alpaca' and dataset = 'news' and status = 'open' and next_try_at <= now()
  and to_ts < now() - interval '20 s'
  and not exists (select from flow_runs where flow = 'alpaca-news' and status = 'running')
returning gap_id
