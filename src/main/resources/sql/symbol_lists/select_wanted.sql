-- One row where gaps wait for Alpaca's word and no list was read since the day on which they were asked for; an hour after one that failed.
select 1 as wanted
from gaps g
  join symbols s on s.symbol = g.symbol and (s.status = 'active' or s.status_by = 'person') and 'alpaca' = any (s.sources)
where g.source = 'alpaca' and g.status = 'open' and g.empty_at is not null
  and not exists (select from symbol_lists l where l.source = 'alpaca' and l.read_at >= new_york_day(g.empty_at))
  and not exists (select from flow_runs r
    where r.flow = 'symbol-maintenance' and r.status not in ('succeeded', 'partial')
      and r.started_at > now() - interval '1 hour')
limit 1
