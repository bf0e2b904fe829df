-- A person who asks for a run now may try once, even in a pause: one request at a time until one is answered.
update request_budgets
set paused_until = '-infinity'
where account = :?source and paused_until > clock_timestamp()
