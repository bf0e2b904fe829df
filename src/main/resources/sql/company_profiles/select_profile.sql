-- What is told of the company or fund behind a symbol; body is null where nothing is; writes nothing.
select row_to_json(r)::text as body
from (select) one
left join lateral (
  select p.symbol, p.name, p.sector, p.industry, p.country, p.website, p.employees, p.summary, p.officers,
    api_time(p.updated_at) as updated_at
  from company_profiles p
  where p.symbol = (select caravan_spelling(:?symbol::text))) r on true
