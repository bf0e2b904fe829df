-- Records that a topic has lost before they were stored: where the first that came is not the next one, or the topic was made anew.
select told.topic, told.partition, before.stored_to::text as from_ts, told.first_at::text as to_ts
from jsonb_to_recordset(:?ends::jsonb) as told (topic text, partition integer, first_offset bigint, first_at timestamptz)
  left join store_watermarks w on w.topic = told.topic and w.partition = told.partition
  -- Of a partition that is new the others know how far the topic was stored; of a topic that is new nobody owes anything.
  cross join lateral (
    select coalesce(w.stored_to, (select min(o.stored_to) from store_watermarks o where o.topic = told.topic)) as stored_to
  ) as before
where before.stored_to < told.first_at
  and (told.first_offset > coalesce(w.next_offset, 0)
    -- A topic that was made anew begins again, with younger records.
    or told.first_offset < w.next_offset)
