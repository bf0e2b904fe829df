-- What time the database has: whether it answers at all; reads no table.
select now() as now
