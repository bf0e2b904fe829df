-- Gives the message that an address has been owed the longest to one process alone, and none while another is on its way there; an all-clear follows its alert.
update alert_messages m
set claimed_by = current_setting('application_name'), claimed_at = now(), attempts = m.attempts + 1
from alerts a
where a.alert_id = m.alert_id and m.address = :?address::text
  and (m.alert_id, m.kind) = (
    select due.alert_id, due.kind
    from alert_messages due
    where due.address = :?address::text and due.told_at is null and due.next_try_at <= now()
      and (due.kind <> 'cleared' or exists (
        select from alert_messages alert
        where alert.alert_id = due.alert_id and alert.kind = 'opened' and alert.address = due.address
          and alert.told_at is not null))
      -- Who sends it lives; a process that does not come back from it within ten minutes has lost it.
      and not exists (
        select from alert_messages busy
        where busy.address = due.address and busy.told_at is null and busy.claimed_by is not null
          and busy.claimed_at > now() - interval '10 minutes' and is_alive(busy.claimed_by))
    order by due.next_try_at, due.alert_id, due.kind desc
    limit 1
    for update skip locked)
returning m.alert_id, m.kind, a.what, a.subject, a.detail, api_time(a.opened_at) as opened_at,
  api_time(a.cleared_at) as cleared_at
