-- What was read of a series, whoever else stores rows of it; day bars at midnight of their session; each trade counted once.

-- Day bars of the stream stood at whatever time they were sent with. Each moves to midnight of its session; where
-- there are two of one session the final one stays, and the other becomes a revision.
create temporary table day_bars on commit drop as
select b.source, b.feed, b.symbol, b.ts, d.midnight,
  row_number() over (partition by b.source, b.feed, b.symbol, d.midnight
    order by b.final desc, b.ts = d.midnight desc, b.stored_at desc) as place
from bar_feeds f
cross join symbols s
join bars b on b.source = f.source and b.feed = f.feed and b.symbol = s.symbol and b.timeframe = '1Day'
cross join lateral (
  select ((b.ts at time zone 'America/New_York')::date + case
      when (b.ts at time zone 'UTC')::time = '00:00' or (b.ts at time zone 'America/New_York')::time = '23:00' then 1
      else 0 end)::timestamp at time zone 'America/New_York' as midnight) d
where f.source = 'alpaca';

insert into bar_revisions (source, feed, symbol, timeframe, ts, revision, open, high, low, close, volume, trade_count,
  vwap, final, adjusted_as_of, stored_at)
select b.source, b.feed, b.symbol, b.timeframe, b.ts, b.revision, b.open, b.high, b.low, b.close, b.volume,
  b.trade_count, b.vwap, b.final, b.adjusted_as_of, b.stored_at
from day_bars d
join bars b on b.source = d.source and b.feed = d.feed and b.symbol = d.symbol and b.timeframe = '1Day' and b.ts = d.ts
where d.place > 1
on conflict on constraint bar_revisions_one_row_a_revision do nothing;

delete from bars b
using day_bars d
where d.place > 1 and b.source = d.source and b.feed = d.feed and b.symbol = d.symbol and b.timeframe = '1Day'
  and b.ts = d.ts;

update bars b
set ts = d.midnight
from day_bars d
where d.place = 1 and d.ts <> d.midnight and b.source = d.source and b.feed = d.feed and b.symbol = d.symbol
  and b.timeframe = '1Day' and b.ts = d.ts;

-- From and up to which date answers of the source were read and stored. No row: nothing was, so that all is due.
create table read_watermarks (
  source text not null,
  feed text not null,
  dataset text not null,
  symbol text not null,
  timeframe text not null,
  read_from date not null,
  read_to date not null,
  constraint read_watermarks_one_row_a_series primary key (source, feed, dataset, symbol, timeframe),
  constraint read_watermarks_end_is_not_before_begin check (read_to >= read_from)
);

comment on table read_watermarks is
  'What the flows have read, without a hole between the two dates. The stream, a backfill, a repair, a replayed letter and a run with --date store rows and move nothing here.';
comment on column read_watermarks.read_to is 'Date of the newest row that such an answer had.';

-- Where a series ends before what a first reading asks for, it is read on from its end, so that no hole is left.
insert into read_watermarks (source, feed, dataset, symbol, timeframe, read_from, read_to)
select f.source, f.feed, 'bars', s.symbol, t.timeframe, newest.day, newest.day
from bar_feeds f
cross join symbols s
cross join (values ('1Day', interval '1 year'), ('1Hour', interval '7 days')) as t (timeframe, first_reading)
cross join lateral (
  select (b.ts at time zone coalesce(case f.source when 'yahoo' then s.time_zone end, 'America/New_York'))::date as day
  from bars b
  where b.source = f.source and b.feed = f.feed and b.symbol = s.symbol and b.timeframe = t.timeframe
  order by b.ts desc
  limit 1) newest
where newest.day < current_date - t.first_reading;

-- Bars that somebody deletes are due again, as far back as a first reading goes.
create function bars_lower_watermark() returns trigger language plpgsql as $$
begin
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

create trigger bars_lower_watermark after delete on bars
  referencing old table as gone for each statement execute function bars_lower_watermark();

create function bars_forget_watermarks() returns trigger language plpgsql as $$
begin
  delete from read_watermarks where dataset = 'bars';
  return null;
end
$$;

create trigger bars_forget_watermarks after truncate on bars
  for each statement execute function bars_forget_watermarks();

-- The consolidated tape tells the trades of every exchange, those of the feed iex among them, under other ids.
create index trades_of_iex_on_the_tape on trades (symbol, ts)
  where feed in ('sip', 'delayed_sip') and exchange = 'V';

create view trades_counted as
select t.*
from trades t
where t.status in ('valid', 'corrected')
  and (t.feed <> 'iex' or not exists (
    select from trades c
    where c.feed in ('sip', 'delayed_sip') and c.exchange = 'V' and c.symbol = t.symbol
      and c.ts between t.ts - interval '1 second' and t.ts + interval '1 second'));

comment on view trades_counted is
  'Each trade once: without those that were canceled or were wrong, and of the feed iex without those that the consolidated tape tells too, which is where that has a trade of the same exchange within a second.';
