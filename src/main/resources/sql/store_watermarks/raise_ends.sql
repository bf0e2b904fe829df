-- Says with their rows how far the records of each partition are stored; what is stored again moves nothing back.
insert into store_watermarks (topic, partition, next_offset, stored_to)
select told.topic, told.partition, told.next_offset, told.stored_to
from jsonb_to_recordset(:?ends::jsonb) as told (
  topic text, partition integer, first_offset bigint, first_at timestamptz, next_offset bigint, stored_to timestamptz)
order by told.topic, told.partition
on conflict on constraint store_watermarks_one_row_a_partition do update
set next_offset = case
      -- A younger record under a number that was stored before is of a topic that was made anew.
      when excluded.next_offset <= store_watermarks.next_offset and excluded.stored_to > store_watermarks.stored_to
      then excluded.next_offset
      else greatest(store_watermarks.next_offset, excluded.next_offset)
    end,
    stored_to = greatest(store_watermarks.stored_to, excluded.stored_to)
