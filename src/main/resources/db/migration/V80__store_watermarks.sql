-- How far the records of each partition are stored, where the stream comes by Kafka.
create table store_watermarks (
  topic text not null,
  partition integer not null,
  next_offset bigint not null,
  -- All that was received up to then is stored, as far as this partition has it.
  stored_to timestamptz not null,
  constraint store_watermarks_one_row_a_partition primary key (topic, partition),
  constraint store_watermarks_offsets_are_not_negative check (partition >= 0 and next_offset >= 0)
);

comment on table store_watermarks is 'How far the records of each partition of a topic are stored; raised in the transaction that stores them';
comment on column store_watermarks.next_offset is 'The first record that is not stored';
comment on column store_watermarks.stored_to is 'Up to then all that was received and came by this partition is stored';
