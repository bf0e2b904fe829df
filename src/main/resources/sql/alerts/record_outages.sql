-- Enters an outage of the database that was told from memory while it lasted; who has been told then is not told again.
with outages as (
  select * from jsonb_to_recordset(:?outages::jsonb) as o (subject text, detail text, opened_at timestamptz, told jsonb)
),
opened as (
  insert into alerts (what, subject, detail, opened_at, told_at)
  select 'database-away', subject, detail, opened_at, case when told <> '[]' then now() end from outages
  on conflict (what, subject) where cleared_at is null do update set absent_since = null
  returning alert_id, subject
)
insert into alert_messages (alert_id, kind, address, told_at)
select opened.alert_id, 'opened', address, case when outages.told @> to_jsonb(address) then now() end
from opened
  join outages using (subject)
  cross join jsonb_array_elements_text(:?addresses::jsonb) as address
on conflict do nothing
