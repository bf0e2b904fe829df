-- Every active symbol of the source once, in batches of 100 whose bars of the timeframe are read up to the same date; whoever else stored newer ones.
select read_to, string_agg(symbol, ',' order by symbol) as symbols
from (
  select symbol, read_to, (row_number() over (partition by read_to order by symbol) - 1) / 100 as batch
  from (
    select s.symbol, w.read_to::text as read_to
    from symbols s
    left join read_watermarks w on w.source = :?source and w.feed = :?feed and w.dataset = 'bars'
      and w.symbol = s.symbol and w.timeframe = :?timeframe
    where s.status = 'active' and :?source = any (s.sources)
  ) as due
) as batched
group by read_to, batch
order by read_to nulls first, batch
