-- The time of the newest price of any active symbol, one look into the index a symbol; null where there is none.
select max(newest.ts) as newest
from symbols s
  cross join lateral (
    select p.ts
    from price_snapshots p
    where p.source = 'yahoo' and p.symbol = s.symbol
    order by p.ts desc
    limit 1
  ) as newest
where s.status = 'active'
