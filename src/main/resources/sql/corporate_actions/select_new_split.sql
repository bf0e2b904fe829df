-- A split that is served and not yet stored, where older bars are: their prices were adjusted without it.
select min(b.ts at time zone :?zone)::date::text as from_date
from bars b
where b.source = :?source and b.symbol = :?symbol
  and exists (
    select from jsonb_to_recordset(:?rows::jsonb) as served (source text, symbol text, action text,
      ex_date date, ratio numeric)
    where served.action = 'split'
      and not exists (
        select from corporate_actions known
        where known.source = served.source and known.symbol = served.symbol and known.action = 'split'
          and known.ex_date = served.ex_date and known.ratio = served.ratio))
having min(b.ts) is not null
