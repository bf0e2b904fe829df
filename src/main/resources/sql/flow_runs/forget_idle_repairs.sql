-- A repair that owed nothing is forgotten after 30 days, since there is one each minute; every other run stays for good.
delete from flow_runs
where flow = 'repair' and started_at < now() - interval '30 days'
  and status = 'succeeded' and expected is null and error is null
