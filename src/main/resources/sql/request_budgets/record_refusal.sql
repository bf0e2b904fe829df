-- A refusal pauses the whole account; several that were sent before the pause began count as one.
with counted as (
  select account, clock_timestamp() as now,
    case when :sent_at > refused_at then refusals + 1 else refusals end as refusals
  from request_budgets
  where account = :account
  for update
),
pause as (
  select counted.*, case
      -- Who asks for no pause at all and refuses all the same leaves it to us.
      when :asked_ms::bigint > 0 then :asked_ms::bigint
      when refusals >= :attempts then :blocked_ms
      else least(:delay_ms * 2 ^ (greatest(refusals, 1) - 1), :longest_delay_ms) * :jitter
    end * interval '1 ms' as pause
  from counted
)
update request_budgets b
set refusals = pause.refusals, refused_at = pause.now,
  paused_until = greatest(b.paused_until, pause.now + pause.pause)
from pause
where b.account = pause.account
returning ceil(extract(epoch from b.paused_until - pause.now) * 1000)::bigint
