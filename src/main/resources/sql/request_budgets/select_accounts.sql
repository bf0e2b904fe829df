-- Where each account stands: its pause while it lasts, and how many requests of the last 60 s count.
select b.account, b.provider_limit, b.refusals,
  case when b.paused_until > clock_timestamp() then b.paused_until end as paused_until,
  (select count(*) from request_slots s where s.account = b.account and s.free_at > clock_timestamp())::integer as taken
from request_budgets b
