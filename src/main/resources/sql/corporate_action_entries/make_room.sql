-- A row that has no entry behind it, as those from before 0.2, is replaced or withdrawn by a full answer about its day, and kept as a revision.
with served as (
  select symbol, action, ex_date, amount, ratio, new_symbol
  from jsonb_to_recordset(:?rows::jsonb) as row (symbol text, action text, ex_date date, amount numeric,
    ratio numeric, new_symbol text)
), gone as (
  delete from corporate_actions day
  where day.source = :?source
    and not exists (
      select from corporate_action_entries e
      where e.source = day.source and e.symbol = day.symbol and e.action = day.action and e.ex_date = day.ex_date)
    and (exists (
        select from served s where s.symbol = day.symbol and s.action = day.action and s.ex_date = day.ex_date)
      or day.symbol = any (string_to_array(:?symbols, ','))
        and day.ex_date between nullif(:?from, '')::date and nullif(:?to, '')::date
        -- An answer about one day alone may be selected by another date of the action than this one.
        and :?from <> :?to
        and not exists (
          select from jsonb_to_recordset(:?unread::jsonb) as u (symbol text, ex_date date)
          where u.symbol in (day.symbol, '?') and coalesce(u.ex_date, day.ex_date) = day.ex_date))
  returning *
)
insert into corporate_action_revisions (source, symbol, action, ex_date, amount, ratio, new_symbol, stored_at, why)
select gone.source, gone.symbol, gone.action, gone.ex_date, gone.amount, gone.ratio, gone.new_symbol, gone.stored_at,
  case when told.times = 0 then 'withdrawn' else 'no id' end
from gone
cross join lateral (
  select count(*) as times,
    bool_and((s.amount, s.ratio, s.new_symbol) is not distinct from (gone.amount, gone.ratio, gone.new_symbol)) as alike
  from served s
  where s.symbol = gone.symbol and s.action = gone.action and s.ex_date = gone.ex_date) told
where told.times <> 1 or not told.alike
