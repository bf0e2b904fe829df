-- Lets the months of an empty table begin as early as they did where its rows come from; a table whose months begin earlier stays.
do $$
declare
  parent constant text := :?table;
  first constant timestamptz := :?first;
  earlier month_partitions;
  month timestamptz;
begin
  perform set_config('timezone', 'UTC', true);
  select * into earlier from month_partitions p where p.of_table = parent and p.from_ts = '-infinity';
  if first >= earlier.to_ts then
    return;
  end if;
  execute format('alter table %I detach partition %I', parent, earlier.partition);
  execute format('alter table %I attach partition %I for values from (minvalue) to (%L)', parent, earlier.partition, first);
  for month in select generate_series(first, earlier.to_ts - interval '1 month', interval '1 month') loop
    execute format('create table %I partition of %I for values from (%L) to (%L)', parent || to_char(month, '_YYYY_MM'),
      parent, month, month + interval '1 month');
  end loop;
end
$$
