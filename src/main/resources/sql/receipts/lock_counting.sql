-- One transaction counts at a time: two would wait for each other's rows for ever.
select pg_advisory_xact_lock(hashtext('caravan receipts'))
