-- Every active symbol of the source once, in batches of 100 that were read last on the same day; all is due where it is null.
select read_on, min(oldest) as oldest, string_agg(symbol, ',' order by symbol) as symbols
from (
  select symbol, read_on, oldest,
    (row_number() over (partition by read_on order by symbol) - 1) / 100 as batch
  from (
    select s.symbol, old.oldest::text as oldest,
      -- History that was loaded since reaches farther back than what was read of its actions.
      case when r.from_date <= coalesce(old.oldest, r.from_date)
        then (r.read_at at time zone 'America/New_York')::date::text end as read_on
    from symbols s
    left join corporate_action_reads r on r.source = :?source and r.symbol = s.symbol
    left join lateral (
      select (min(b.ts) at time zone 'America/New_York')::date as oldest
      from (select unnest(array['1Min', '5Min', '15Min', '1Hour', '1Day']) as timeframe) t
      cross join lateral (
        select ts from bars b
        where b.source = :?source and b.feed = :?feed and b.symbol = s.symbol and b.timeframe = t.timeframe
        order by ts limit 1) b) old on true
    where s.status = 'active' and :?source = any (s.sources)
  ) as due
) as batched
group by read_on, batch
order by read_on nulls first, batch
