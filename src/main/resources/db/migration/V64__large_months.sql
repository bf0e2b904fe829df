-- A month is dropped without reading it where it is very large.

-- Drops a partition whose month is over for its dataset and that nothing needs; gives its rows, or nothing. Behind a
-- month that is kept an empty one stays, so that no time is without a partition. Whoever is in the way is waited for
-- half a second, since the stream waits as well; only what it must be sure of is done under the lock.
create or replace function drop_month(run bigint, name text) returns table (dropped bigint)
  language plpgsql set timezone = 'UTC' set lock_timeout = '500ms' as $$
declare
  part month_partitions;
  earlier month_partitions;
  of_dataset text;
  first timestamptz;
  last timestamptz;
  symbol text;
  symbol_first timestamptz;
  symbol_last timestamptz;
  empty boolean;
begin
  perform pg_advisory_xact_lock(hashtext('caravan months'));
  select * into part from month_partitions p where p.partition = name and not p.is_default;
  of_dataset := case part.of_table when 'quotes' then 'quotes' else 'trades' end;
  if part.to_ts is null or part.to_ts > retained_since(of_dataset)
      or retention_keeps(of_dataset) && tstzrange(part.from_ts, part.to_ts) then
    return;
  end if;
  select * into earlier from month_partitions p where p.of_table = part.of_table and p.from_ts = '-infinity';
  -- Who counts the rows of a very large month reads for longer than anybody waits for an answer: of those it is known
  -- well enough how many there are.
  select c.reltuples into dropped from pg_class c
  where c.oid = name::regclass and c.reltuples > 0 and pg_relation_size(c.oid) > 4::bigint * 1024 * 1024 * 1024;
  if dropped is null then
    execute format('select count(*) from %I', name) into dropped;
  end if;
  symbol := '';
  loop
    execute format('select symbol from %I where symbol > $1 order by symbol limit 1', name) into symbol using symbol;
    exit when symbol is null;
    execute format('select min(ts), max(ts) from %I where symbol = $1', name) into symbol_first, symbol_last using symbol;
    if part.of_table = 'trades' then
      perform record_dropped_symbol(symbol, symbol_first, symbol_last);
    end if;
    first := least(first, symbol_first);
    last := greatest(last, symbol_last);
  end loop;
  perform record_dropped(run, part.of_table, dropped, first, last);
  execute format('select not exists (select from %I)', earlier.partition) into empty;
  if part.partition <> earlier.partition and part.from_ts = earlier.to_ts and empty then
    execute format('lock table %I in access exclusive mode', part.of_table);
    execute format('alter table %I detach partition %I', part.of_table, part.partition);
    execute format('drop table %I', part.partition);
    execute format('alter table %I detach partition %I', part.of_table, earlier.partition);
    execute format('alter table %I attach partition %I for values from (minvalue) to (%L)', part.of_table,
      earlier.partition, part.to_ts);
  elsif dropped > 0 then
    execute format('truncate %I', part.partition);
  end if;
  return next;
end
$$;
