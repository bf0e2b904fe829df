-- The names of all rows.
select name
from statement_rows
order by name;
