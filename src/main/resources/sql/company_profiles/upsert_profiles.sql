-- One profile a symbol, whole as it was answered last; of an answer that is the same only the time of the look is kept.
with served as (
  select *
  from jsonb_to_recordset(:?rows::jsonb) as served (symbol text, name text, sector text, industry text, country text,
    website text, employees bigint, summary text, officers jsonb, answer jsonb)
),
same as (
  update company_profiles
  set checked_at = now()
  from served
  where company_profiles.symbol = served.symbol and company_profiles.answer = served.answer
  returning company_profiles.symbol
)
insert into company_profiles (symbol, name, sector, industry, country, website, employees, summary, officers, answer)
select symbol, name, sector, industry, country, website, employees, summary, officers, answer
from served
where not exists (select from same where same.symbol = served.symbol)
on conflict on constraint company_profiles_one_row_a_symbol do update
set name = excluded.name, sector = excluded.sector, industry = excluded.industry, country = excluded.country,
  website = excluded.website, employees = excluded.employees, summary = excluded.summary,
  officers = excluded.officers, answer = excluded.answer, updated_at = now(), checked_at = now()
