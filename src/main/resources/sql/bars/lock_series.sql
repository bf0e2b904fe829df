-- One writer of a symbol's series at a time; whoever waits reads afterwards what the other has stored.
select pg_advisory_xact_lock(hashtext('caravan series'), hashtext(:?source::text || ' ' || :?symbol::text))::text as locked
