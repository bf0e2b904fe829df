-- Each action stands once a source, symbol, kind and ex-date, as the source says it now.
insert into corporate_actions (source, symbol, action, ex_date, amount, ratio, new_symbol)
select distinct on (source, symbol, action, ex_date) source, symbol, action, ex_date, amount, ratio, new_symbol
from jsonb_to_recordset(:?rows::jsonb) as served (source text, symbol text, action text, ex_date date,
  amount numeric, ratio numeric, new_symbol text)
order by source, symbol, action, ex_date
on conflict on constraint corporate_actions_one_row_an_action do update
set amount = excluded.amount, ratio = excluded.ratio, new_symbol = excluded.new_symbol, stored_at = now()
where (corporate_actions.amount, corporate_actions.ratio, corporate_actions.new_symbol)
  is distinct from (excluded.amount, excluded.ratio, excluded.new_symbol)
