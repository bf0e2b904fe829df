-- What is older than a person wants to keep is dropped month by month, is owed by nobody from then on, and is evidence still.

create table retained (
  dataset text not null,
  since timestamptz not null,
  constraint retained_one_row_a_dataset primary key (dataset),
  constraint retained_dataset_is_known check (dataset in ('trades', 'quotes', 'bars'))
);

comment on table retained is
  'From when on a dataset is kept, as caravan.retention.* says: what is older may have been dropped, and is not owed. No row: all is kept.';

create table dropped_rows (
  run_id bigint not null,
  of_table text not null,
  rows bigint not null,
  first_ts timestamptz not null,
  last_ts timestamptz not null,
  constraint dropped_rows_one_row_a_run_and_table primary key (run_id, of_table)
);

comment on table dropped_rows is 'What the runs of flow retention have dropped.';

-- That a symbol had rows at a time says that it was listed then, also when they are gone.
create table dropped_symbols (
  symbol text not null,
  first_ts timestamptz not null,
  last_ts timestamptz not null,
  constraint dropped_symbols_one_row_a_symbol primary key (symbol)
);

comment on table dropped_symbols is 'The first and the last row of Alpaca''s that retention has dropped of a symbol.';

create function retained_since(of_dataset text) returns timestamptz
  language sql stable
  return coalesce((select r.since from retained r where r.dataset = of_dataset), '-infinity');

-- Whether Alpaca has sent anything of a symbol that happened from one time on to before another.
create or replace function alpaca_sent(of_symbol text, from_ts timestamptz, to_ts timestamptz) returns boolean
  language sql stable
  return exists (select from trades t where t.symbol = of_symbol and t.ts >= from_ts and t.ts < to_ts)
    or exists (
      select from bar_feeds f
      cross join unnest(array['1Day', '1Min', '1Hour', '15Min', '5Min']) as each (timeframe)
      cross join lateral (
        select from bars b
        where b.source = f.source and b.feed = f.feed and b.symbol = of_symbol and b.timeframe = each.timeframe
          and b.ts >= from_ts and b.ts < to_ts
        limit 1) as any_bar
      where f.source = 'alpaca')
    or exists (
      select from dropped_symbols d
      where d.symbol = of_symbol
        and (d.first_ts >= from_ts and d.first_ts < to_ts or d.last_ts >= from_ts and d.last_ts < to_ts));

-- What is still needed, whatever its age: the New York days of gaps that are open or can be taken up again, of
-- receipts that miss something, and of corrections that wait for their trade. Trades are evidence for bars as well.
create view retention_needs as
select case when g.dataset = 'quotes' then 'quotes' when g.dataset = 'bars' then 'bars' else 'trades' end as dataset,
  g.source, g.feed, g.symbol, g.timeframe, 'gap ' || g.gap_id as what,
  tstzrange(new_york_day(g.from_ts), next_new_york_day(coalesce(g.to_ts, 'infinity'))) as days
from gaps g
where g.status in ('open', 'abandoned') and g.dataset in ('trades', 'corrections', 'quotes', 'bars')
  and (g.status = 'open' or has_history(g.source, g.feed, g.dataset, g.timeframe))
union all
select 'bars', r.source, r.feed, r.symbol, r.timeframe, 'the receipt of ' || r.session,
  tstzrange(new_york_day(r.opens_at), next_new_york_day(r.closes_at))
from receipts r
where r.missing > 0 or r.counted_at is null
union all
select 'trades', 'alpaca', c.feed, c.symbol, '-', 'a correction of ' || c.symbol || ' that waits for its trade',
  tstzrange(new_york_day(c.ts), next_new_york_day(c.ts))
from trade_corrections c
where c.applied_at is null;

comment on view retention_needs is 'What retention keeps although it is older than it need be, and why.';

create function retention_keeps(of_dataset text) returns tstzmultirange
  language sql stable
  return coalesce((
    select range_agg(n.days) from retention_needs n
    where n.dataset = of_dataset or of_dataset = 'trades' and n.dataset = 'bars' and n.source = 'alpaca'), '{}');

create function record_dropped(run bigint, of_dropped text, dropped bigint, first timestamptz, last timestamptz) returns void
  language sql
begin atomic
  insert into dropped_rows as d (run_id, of_table, rows, first_ts, last_ts)
  select run, of_dropped, dropped, first, last
  where dropped > 0
  on conflict on constraint dropped_rows_one_row_a_run_and_table do update
  set rows = d.rows + excluded.rows, first_ts = least(d.first_ts, excluded.first_ts),
    last_ts = greatest(d.last_ts, excluded.last_ts);
end;

create function record_dropped_symbol(of_symbol text, first timestamptz, last timestamptz) returns void
  language sql
begin atomic
  insert into dropped_symbols as d (symbol, first_ts, last_ts)
  select of_symbol, first, last
  where first is not null
  on conflict on constraint dropped_symbols_one_row_a_symbol do update
  set first_ts = least(d.first_ts, excluded.first_ts), last_ts = greatest(d.last_ts, excluded.last_ts);
end;

-- Drops a partition whose month is over for its dataset and that nothing needs; gives its rows, or nothing. Behind a
-- month that is kept an empty one stays, so that no time is without a partition. Whoever is in the way is waited for
-- half a second, since the stream waits as well; only what it must be sure of is done under the lock.
create function drop_month(run bigint, name text) returns table (dropped bigint)
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

-- Takes as many rows out of what is earlier than the first month, symbol by symbol after one; gives how many, and the
-- symbol to go on after: null at the end.
create function thin_earlier(run bigint, parent text, after text, most integer) returns table (dropped bigint, go_on text)
  language plpgsql as $$
declare
  part constant text := parent || '_earlier';
  of_dataset constant text := case parent when 'quotes' then 'quotes' else 'trades' end;
  before constant timestamptz := retained_since(of_dataset);
  kept constant tstzmultirange := retention_keeps(of_dataset);
  symbol text := after;
  rows bigint;
  first timestamptz;
  last timestamptz;
begin
  dropped := 0;
  go_on := after;
  loop
    execute format('select symbol from %I where symbol > $1 order by symbol limit 1', part) into symbol using go_on;
    exit when symbol is null;
    execute format('with gone as (delete from %1$I where ctid = any (array('
      || 'select ctid from %1$I where symbol = $1 and ts < $2 and not $3 @> ts order by ts limit $4)) returning ts)'
      || ' select count(*), min(ts), max(ts) from gone', part)
      into rows, first, last using symbol, before, kept, most - dropped;
    if parent = 'trades' then
      perform record_dropped_symbol(symbol, first, last);
    end if;
    perform record_dropped(run, parent, rows, first, last);
    dropped := dropped + rows;
    exit when dropped >= most;
    go_on := symbol;
  end loop;
  if symbol is null then
    go_on := null;
  end if;
  return next;
end
$$;

-- The same of bars, series by series after one, with what they were before. Nobody reads for that again what is gone.
create function thin_bars(run bigint, after jsonb, most integer) returns table (dropped bigint, go_on jsonb)
  language plpgsql as $$
declare
  before constant timestamptz := retained_since('bars');
  series record;
  kept tstzmultirange;
  rows bigint;
  first timestamptz;
  last timestamptz;
begin
  -- For this transaction: it may be set by whoever is no superuser, and a function's own setting may not.
  perform set_config('caravan.retention', 'on', true);
  dropped := 0;
  go_on := after;
  loop
    select b.source, b.feed, b.symbol, b.timeframe into series
    from bars b
    where (b.source, b.feed, b.symbol, b.timeframe) > (go_on ->> 0, go_on ->> 1, go_on ->> 2, go_on ->> 3)
    order by b.source, b.feed, b.symbol, b.timeframe
    limit 1;
    exit when not found;
    select coalesce(range_agg(n.days), '{}') into kept
    from retention_needs n
    where n.dataset = 'bars' and n.source = series.source and n.feed = series.feed and n.symbol = series.symbol
      and n.timeframe = series.timeframe;
    with gone as (
      delete from bars b
      where b.ctid = any (array(
        select d.ctid from bars d
        where d.source = series.source and d.feed = series.feed and d.symbol = series.symbol
          and d.timeframe = series.timeframe and d.ts < before and not kept @> d.ts
        order by d.ts
        limit most - dropped))
      returning b.ts
    )
    select count(*), min(gone.ts), max(gone.ts) into rows, first, last from gone;
    delete from bar_revisions r
    where r.source = series.source and r.feed = series.feed and r.symbol = series.symbol
      and r.timeframe = series.timeframe and r.ts between first and last and not kept @> r.ts;
    if series.source = 'alpaca' then
      perform record_dropped_symbol(series.symbol, first, last);
    end if;
    perform record_dropped(run, 'bars', rows, first, last);
    dropped := dropped + rows;
    exit when dropped >= most;
    go_on := jsonb_build_array(series.source, series.feed, series.symbol, series.timeframe);
  end loop;
  if dropped < most then
    go_on := null;
  end if;
  perform set_config('caravan.retention', 'off', true);
  return next;
end
$$;

-- Bars that somebody deletes are due again, as far back as a first reading goes; those that retention drops are not.
create or replace function bars_lower_watermark() returns trigger language plpgsql as $$
begin
  if current_setting('caravan.retention', true) = 'on' then
    return null;
  end if;
  update read_watermarks w
  set read_to = lowered.day, read_from = least(w.read_from, lowered.day)
  from (
    select g.source, g.feed, g.symbol, g.timeframe,
      greatest((min(g.ts) - interval '1 day')::date,
        current_date - case g.timeframe when '1Day' then 366 else 8 end) as day
    from gone g
    group by g.source, g.feed, g.symbol, g.timeframe) lowered
  where w.source = lowered.source and w.feed = lowered.feed and w.dataset = 'bars' and w.symbol = lowered.symbol
    and w.timeframe = lowered.timeframe and w.read_to > lowered.day;
  return null;
end
$$;
