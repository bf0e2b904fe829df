-- Trades, quotes, corrections and revisions are to lie in a partition a month. The rows that are there become the first
-- partition of each table, up to a bound that is said here; the next script proves it, and the one after that attaches.

-- Takes locks without holding up those who work: whoever waits for one holds up all behind it, for a second at most.
create function lock_in_passing(tables text[], mode text) returns void
  language plpgsql set lock_timeout = '1s' as $$
begin
  for attempt in 1..300 loop
    begin
      execute format('lock table %s in %s mode',
        (select string_agg(format('%I', name), ', ' order by nth) from unnest(tables) with ordinality as t (name, nth)), mode);
      return;
    exception when lock_not_available then
      if attempt = 300 then
        raise;
      end if;
    end;
    perform pg_sleep(1);
  end loop;
end
$$;

-- Where there is nothing yet, each month gets its own partition from this one on. Else the rows of this month and of
-- the next days lie together with those before; the end of a month is never so near that a stream could pass it meanwhile.
create table month_bound (bound timestamptz not null);

do $$
declare
  name text;
begin
  perform lock_in_passing(array['trades', 'quotes', 'trade_corrections', 'trade_revisions'], 'access exclusive');
  insert into month_bound
  select case
      when exists (select from trades) or exists (select from quotes) or exists (select from trade_corrections)
        or exists (select from trade_revisions)
      then date_trunc('month', (now() + interval '7 days') at time zone 'UTC') + interval '1 month'
      else date_trunc('month', now() at time zone 'UTC')
    end at time zone 'UTC';
  foreach name in array array['trades', 'quotes', 'trade_corrections', 'trade_revisions'] loop
    execute format('alter table %I add constraint %I check (ts < %L) not valid', name, name || '_end_before_the_months',
      (select bound from month_bound));
  end loop;
end
$$;
