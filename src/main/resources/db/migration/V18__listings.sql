-- When Alpaca's lists had a symbol as active: "nothing was traded" needs that word, and so does "nothing is owed".

create table listings (
  symbol text not null,
  id text not null,
  absent_at timestamptz,
  active_from timestamptz not null,
  active_to timestamptz not null,
  ended_at timestamptz,
  constraint listings_one_row_a_period primary key (symbol, id, active_from),
  constraint listings_ends_after_it_begins check (active_to >= active_from and ended_at >= active_to)
);

create unique index listings_one_period_goes_on on listings (symbol, id) where ended_at is null;

comment on table listings is 'The periods in which each complete list of Alpaca''s had a symbol, under one id, as active.';
comment on column listings.absent_at is 'When the newest complete list without it was read; null where the first one had it.';
comment on column listings.active_from is 'When the first list that has it was read.';
comment on column listings.active_to is 'When the newest list that has it was read.';
comment on column listings.ended_at is 'When the first list after it that does not have it was read; null while there is none.';

-- The newest list is all that is known of those before it.
insert into listings (symbol, id, active_from, active_to)
select distinct listed.symbol, listed.id, newest.read_at, newest.read_at
from listed_assets listed
  cross join lateral (
    select read_at from symbol_lists where source = 'alpaca' order by read_at desc, run_id desc limit 1) as newest
where listed.status = 'active' and listed.id is not null;

alter table gaps add column empty_at timestamptz;

comment on column gaps.empty_at is
  'When a full answer without any row of an open gap was read: it is not asked for again, and waits for Alpaca''s word that the symbol was listed then.';

create index gaps_waiting on gaps (symbol) where status = 'open' and empty_at is not null;

alter table receipts add column note text;

comment on column receipts.note is 'Why bars are missing of which a full answer has none: what Alpaca''s list says of the symbol; null where it is no such case.';

create function new_york_day(at timestamptz) returns timestamptz
  language sql stable strict
  return (at at time zone 'America/New_York')::date::timestamp at time zone 'America/New_York';

create function next_new_york_day(at timestamptz) returns timestamptz
  language sql stable strict
  return ((at at time zone 'America/New_York')::date + 1)::timestamp at time zone 'America/New_York';

-- Whether Alpaca has sent anything of a symbol that happened from one time on to before another.
create function alpaca_sent(of_symbol text, from_ts timestamptz, to_ts timestamptz) returns boolean
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
      where f.source = 'alpaca');

-- Whether Alpaca's own word says that a symbol was listed and active on all New York dates of a range: its lists
-- before and after it, without a break, or rows in place of the lists that had not been read yet; of one date a row
-- of that date.
create function alpaca_listed(of_symbol text, from_ts timestamptz, to_ts timestamptz) returns boolean
  language sql stable
  return exists (
      select from listings l
      where l.symbol = of_symbol
        and new_york_day(l.active_from) <= from_ts
        and next_new_york_day(l.active_to) >= to_ts)
    or (next_new_york_day(from_ts) >= to_ts
      and alpaca_sent(of_symbol, new_york_day(from_ts), next_new_york_day(from_ts)))
    or exists (
      select from listings l
      where l.symbol = of_symbol
        and (new_york_day(l.active_from) <= from_ts
          -- What an earlier company of this symbol has sent says nothing of this one.
          or not exists (select from listings e where e.symbol = l.symbol and e.active_from < l.active_from)
            and alpaca_sent(of_symbol, '-infinity', next_new_york_day(from_ts)))
        and (next_new_york_day(l.active_to) >= to_ts
          or l.ended_at is null and alpaca_sent(of_symbol, new_york_day(to_ts), 'infinity')));

-- Whether a symbol is known not to have been listed in a range of which a full answer has no row: before it was, or
-- after it was delisted, which takes two lists of different days.
create function alpaca_unlisted(of_symbol text, from_ts timestamptz, to_ts timestamptz) returns boolean
  language sql stable
  return not alpaca_sent(of_symbol, '-infinity', next_new_york_day(to_ts))
      and not exists (
        select from listings l where l.symbol = of_symbol and new_york_day(l.active_from) <= to_ts)
      and (alpaca_sent(of_symbol, next_new_york_day(to_ts), 'infinity')
        or exists (select from listings l where l.symbol = of_symbol and next_new_york_day(l.absent_at) >= to_ts))
    or exists (select from symbols s where s.symbol = of_symbol and s.status = 'inactive' and s.status_by = 'caravan')
      and exists (select from listings l where l.symbol = of_symbol)
      and not exists (
        select from listings l
        where l.symbol = of_symbol and (l.ended_at is null or next_new_york_day(l.active_to) > from_ts))
      and not alpaca_sent(of_symbol, new_york_day(from_ts), 'infinity');

-- Why Alpaca's word for a symbol is lacking, in plain words.
create function alpaca_listing_note(of_symbol text) returns text
  language sql stable
  return coalesce((
      select format(case
          when exists (select from listed_assets a where a.symbol = of_symbol and a.status = 'active')
            then 'Alpaca''s list of %s has it as active, and nothing says that it was so then'
          when exists (select from listed_assets a where a.symbol = of_symbol and a.status = 'inactive')
            then 'Alpaca''s list of %s has it as inactive'
          when exists (select from listed_assets a where a.symbol = of_symbol)
            then 'what Alpaca''s list of %s says of it cannot be read'
          else 'Alpaca''s list of %s does not have it'
        end, (max(read_at) at time zone 'America/New_York')::date)
      from symbol_lists where source = 'alpaca' having count(*) > 0),
    'Alpaca''s list of symbols has not been read yet; symbol-maintenance reads it');

-- Symbols that Caravan has begun by itself, which are owed since before it knew of them: what each was called before,
-- the date of the rename where Alpaca has announced it, and when the newest list was read that had it under the name
-- before; of one that is listed anew, the list before this one.
create function begun_symbols(begun jsonb, at timestamptz)
  returns table (symbol text, before text, renamed_on date, seen_at timestamptz)
  language sql stable
begin atomic
  select b.symbol, b.before,
    (select max(a.ex_date) from corporate_actions a
      where a.source = 'alpaca' and a.action = 'name_change' and a.symbol = b.before and a.new_symbol = b.symbol
        and a.ex_date <= (at at time zone 'America/New_York')::date),
    coalesce(
      (select max(l.active_to) from listings l join symbols s on s.symbol = b.symbol and s.alpaca_id = l.id
        where l.symbol = b.before and l.active_to < at),
      (select max(l.read_at) from symbol_lists l where l.source = 'alpaca' and l.read_at < at))
  from jsonb_to_recordset(begun) as b (symbol text, before text);
end;

-- Why a gap waits, of which a full answer has nothing.
create function alpaca_waiting_reason(of_symbol text) returns text
  language sql stable
  return format('a full answer has nothing of %s, which proves nothing as long as Alpaca''s word is lacking that it was'
    || ' listed and active then: %s', of_symbol,
    case when exists (select from symbols s where s.symbol = of_symbol and s.status = 'active')
      then alpaca_listing_note(of_symbol) else 'it is not active in table symbols' end);
