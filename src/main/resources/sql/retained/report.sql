-- What a run has dropped, and what it keeps although it is older, with the first reason of each; writes nothing.
select 'dropped' as became, format('%s %s of %s, %s to %s', d.rows, case d.rows when 1 then 'row' else 'rows' end,
    d.of_table, (d.first_ts at time zone 'UTC')::date, (d.last_ts at time zone 'UTC')::date) as line
from dropped_rows d
where d.run_id = :?run_id::bigint
union all
select 'kept', format('%s of %s, for %s%s', k.of_table, k.month, k.first,
    case when k.reasons > 1 then format(' and %s more', k.reasons - 1) end)
from (
  select p.of_table, count(*) as reasons, min(n.what) as first,
    case when p.from_ts = '-infinity' then 'before ' || to_char(p.to_ts at time zone 'UTC', 'YYYY-MM')
      else to_char(p.from_ts at time zone 'UTC', 'YYYY-MM') end as month
  from month_partitions p
    -- Corrections and revisions are kept with their trades.
    join retained r on r.dataset = p.of_table
    join retention_needs n on (n.dataset = r.dataset or r.dataset = 'trades' and n.dataset = 'bars' and n.source = 'alpaca')
      and n.days && tstzrange(p.from_ts, least(p.to_ts, r.since))
  where not p.is_default and p.from_ts < r.since
  group by p.of_table, p.from_ts, p.to_ts
  union all
  select 'bars', count(*), min(n.what),
    format('%s series before %s', count(distinct (n.source, n.feed, n.symbol, n.timeframe)),
      (r.since at time zone 'America/New_York')::date)
  from retained r
    join retention_needs n on n.dataset = r.dataset and lower(n.days) < r.since
  where r.dataset = 'bars'
  group by r.since
) k
order by became, line
