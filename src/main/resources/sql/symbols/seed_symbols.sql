-- Seeds an empty table only: once there is a symbol, the table rules.
insert into symbols (symbol)
select distinct typed
from unnest(string_to_array(?, ',')) as typed
where trim(typed) <> '' and not exists (select from symbols)
on conflict do nothing
