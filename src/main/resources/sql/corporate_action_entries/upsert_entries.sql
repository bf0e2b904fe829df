-- Each action stands once under its id, as its provider tells it now; one that is told as before is not touched.
insert into corporate_action_entries (source, action_id, symbol, action, ex_date, process_date, amount, ratio, new_symbol)
select source, id, symbol, action, ex_date, process_date, amount, ratio, new_symbol
from jsonb_to_recordset(:?rows::jsonb) as served (source text, id text, symbol text, action text, ex_date date,
  process_date date, amount numeric, ratio numeric, new_symbol text)
order by source, id
on conflict on constraint corporate_action_entries_one_row_an_id do update
set symbol = excluded.symbol, action = excluded.action, ex_date = excluded.ex_date, process_date = excluded.process_date,
  amount = excluded.amount, ratio = excluded.ratio, new_symbol = excluded.new_symbol, stored_at = now()
where (corporate_action_entries.symbol, corporate_action_entries.action, corporate_action_entries.ex_date,
    corporate_action_entries.process_date, corporate_action_entries.amount, corporate_action_entries.ratio,
    corporate_action_entries.new_symbol)
  is distinct from (excluded.symbol, excluded.action, excluded.ex_date, excluded.process_date, excluded.amount,
    excluded.ratio, excluded.new_symbol)
