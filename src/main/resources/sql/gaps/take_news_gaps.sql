-- The gaps of news that are due, each once in 5 minutes; none while news is being read, since that may settle them.
update gaps
set next_try_at = :?now::timestamptz + interval '5 min'
where source = 'alpaca' and dataset = 'news' and status = 'open'
  -- No wait is longer than a day: a clock was wrong when it began.
  and (next_try_at <= :?now::timestamptz or next_try_at > :?now::timestamptz + interval '1 day')
  and to_ts <= :?earliest::timestamptz - interval '20 s'
  and not exists (select from flow_runs where flow = 'alpaca-news' and status = 'running')
returning gap_id
