-- Every active symbol of the source, with the session of its newest daily bar: null where it has none.
select s.symbol, s.yahoo_symbol,
  (select (max(b.ts) at time zone coalesce(s.time_zone, 'America/New_York'))::date::text
    from bars b
    where b.source = :?source and b.feed = '-' and b.symbol = s.symbol and b.timeframe = '1Day') as newest
from symbols s
where s.status = 'active' and :?source = any (s.sources)
order by s.symbol
