-- The number of the oldest change that is not published; null where there is none; writes nothing.
select min(change_id) as oldest from changes
