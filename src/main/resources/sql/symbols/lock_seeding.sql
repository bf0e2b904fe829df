-- One process at a time looks whether there are symbols, and sees what the one before has committed.
select pg_advisory_xact_lock(hashtext('caravan symbols'))
