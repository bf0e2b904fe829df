-- Ends the claims: what was taken is told, for ever; what was not is tried again, ever more rarely, at least every quarter of an hour.
with outcomes as (
  select * from jsonb_to_recordset(:?outcomes::jsonb) as o (alert_id bigint, kind text, address text, fault text)
),
settled as (
  update alert_messages m
  set told_at = case when o.fault is null then now() end, last_error = o.fault, claimed_by = null,
    next_try_at = now() + least(interval '15 minutes', interval '5 s' * power(2, least(m.attempts, 10) - 1))
  from outcomes o
  where m.alert_id = o.alert_id and m.kind = o.kind and m.address = o.address and m.told_at is null
  returning m.alert_id, m.kind, m.told_at
)
update alerts a
set told_at = case when s.kind <> 'cleared' then coalesce(a.told_at, s.told_at) else a.told_at end,
  cleared_told_at = case when s.kind = 'cleared' then coalesce(a.cleared_told_at, s.told_at) else a.cleared_told_at end
from settled s
where a.alert_id = s.alert_id and s.told_at is not null
