-- How many incidents are open, and how many messages these addresses have not taken yet.
select (select count(*) from alerts where cleared_at is null) as open,
  (select count(*) from alert_messages m
    where m.told_at is null and m.address in (select jsonb_array_elements_text(:?addresses::jsonb))) as untold
