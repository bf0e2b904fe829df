-- Turns the log of changes on or off; says whether it was otherwise before.
select log_changes(?)
