-- Every active symbol of the source once, in batches of 100 whose bars of the timeframe are read up to the same date; whoever else stored newer ones.
select read_to, string_agg(symbol, ',' order by symbol) as symbols
from (
  select symbol, read_to, (row_number() over (partition by read_to order by symbol) - 1) / 100 as batch
  from (
    select s.symbol,
      -- What is quarantined is asked for until somebody vouches for it.
      (case when q.first_day < w.read_to then q.first_day else w.read_to end)::text as read_to
    from symbols s
    left join read_watermarks w on w.source = :?source and w.feed = :?feed and w.dataset = 'bars'
      and w.symbol = s.symbol and w.timeframe = :?timeframe
    cross join lateral (
      select (min(q.ts) at time zone 'America/New_York')::date as first_day
      from quarantined_bars q
      where q.source = :?source and q.feed = :?feed and q.symbol = s.symbol and q.timeframe = :?timeframe) q
    where s.status = 'active' and :?source = any (s.sources)
  ) as due
) as batched
group by read_to, batch
order by read_to nulls first, batch
