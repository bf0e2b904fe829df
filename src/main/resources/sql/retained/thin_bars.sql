-- At most 20,000 bars are dropped that are older than what is kept, and that nothing needs; go_on is null at the end.
select dropped, go_on::text as go_on
from thin_bars(:?run_id::bigint, :?after::jsonb, 20000)
where retained_since('bars') > '-infinity'
