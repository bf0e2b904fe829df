-- Gives back the run whose row was written last.
select run_id from database_checks
