-- One row, and an error where there is one of that name already.
insert into statement_rows (name, value)
values (:?name, :?value::numeric);
