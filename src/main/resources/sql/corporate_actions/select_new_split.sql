-- A day whose splits are served otherwise than they are stored, where older bars are: their prices were adjusted without it.
with served as (
  select source, symbol, ex_date, case count(*) when 1 then min(ratio) else product(ratio) end as ratio
  from jsonb_to_recordset(:?rows::jsonb) as row (source text, symbol text, action text, ex_date date, ratio numeric)
  where action = 'split'
  group by source, symbol, ex_date
)
select min(b.ts at time zone :?zone)::date::text as from_date
from bars b
where b.source = :?source and b.symbol = :?symbol
  and exists (
    select from served
    where not exists (
      select from corporate_actions known
      where known.source = served.source and known.symbol = served.symbol and known.action = 'split'
        and known.ex_date = served.ex_date and known.ratio = served.ratio))
having min(b.ts) is not null
