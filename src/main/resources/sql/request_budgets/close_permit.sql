-- The slot of an answered request is free 60 s after the answer; an answer that is no refusal ends all caution.
with lazily as (
  select set_config('synchronous_commit', 'off', true)
),
cleared as (
  update request_budgets
  set refusals = 0, paused_until = '-infinity'
  where :understood and account = :account and refusals > 0 and refused_at < :sent_at
)
update request_slots
set in_flight = false,
  free_at = case when :sent then clock_timestamp() + interval '60.05 s' else '-infinity' end
from lazily
where account = :account and slot = :slot and sent_at = :sent_at and in_flight
