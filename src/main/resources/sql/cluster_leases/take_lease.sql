-- Of all sessions one has the lock, until it ends.
select pg_try_advisory_lock(hashtext('caravan lease'), hashtext(?))
