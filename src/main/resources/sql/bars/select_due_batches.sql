-- Every active symbol of the source once, in batches of 100 that have their newest bar of the timeframe, by its date, in common.
select newest, string_agg(symbol, ',' order by symbol) as symbols
from (
  select symbol, newest, (row_number() over (partition by newest order by symbol) - 1) / 100 as batch
  from (
    select s.symbol,
      (select (max(b.ts) at time zone 'America/New_York')::date::text
        from bars b
        where b.source = :?source and b.feed = :?feed and b.symbol = s.symbol and b.timeframe = :?timeframe) as newest
    from symbols s
    where s.status = 'active' and :?source = any (s.sources)
  ) as due
) as batched
group by newest, batch
order by newest nulls first, batch
