-- Every US spelling of either source maps to the other's; where one is ambiguous, Alpaca's newest list decides.
-- Alpaca writes the suffixes of CQS behind a dot, Yahoo its own behind a hyphen, and exchanges of other countries
-- behind a dot.

-- Yahoo's spelling of what is a US security in Alpaca's; null where the form is none of Alpaca's for sure.
create function us_yahoo_spelling(symbol text) returns text
  language sql immutable strict
  return case
    when symbol ~ '^[A-Z]{1,5}\.U$' then regexp_replace(symbol, '\.U$', '-UN')
    when symbol ~ '^[A-Z]{1,5}\.RT?$' then regexp_replace(symbol, '\.RT?$', '-RI')
    when symbol ~ '^[A-Z]{1,5}\.PR[A-Z]?$' then replace(symbol, '.PR', '-P')
    when symbol ~ '^[A-Z]{1,5}\.WS(\.[A-Z])?$' then regexp_replace(symbol, '\.WS\.?', '-WT')
    when symbol ~ '^[A-Z]{1,5}\.([A-Z]|WI|WD)$' then replace(symbol, '.', '-')
  end;

-- What Alpaca may call what Yahoo calls so, the likeliest first; null where the form is none of Yahoo's for the US.
create function us_spellings(yahoo_symbol text) returns text[]
  language sql immutable strict
  return case
    when yahoo_symbol ~ '^[A-Z]{1,5}-UN?$' then array[regexp_replace(yahoo_symbol, '-UN?$', '.U')]
    when yahoo_symbol ~ '^[A-Z]{1,5}-R[IT]$'
      then array[regexp_replace(yahoo_symbol, '-R[IT]$', '.RT'), regexp_replace(yahoo_symbol, '-R[IT]$', '.R')]
    when yahoo_symbol ~ '^[A-Z]{1,5}-R$' then array[replace(yahoo_symbol, '-', '.'), replace(yahoo_symbol, '-', '.') || 'T']
    when yahoo_symbol ~ '^[A-Z]{1,5}-P$' then array[replace(yahoo_symbol, '-', '.') || 'R', replace(yahoo_symbol, '-', '.')]
    when yahoo_symbol ~ '^[A-Z]{1,5}-P[A-Z]$' then array[replace(yahoo_symbol, '-P', '.PR')]
    when yahoo_symbol ~ '^[A-Z]{1,5}-W[TS]$' then array[regexp_replace(yahoo_symbol, '-W[TS]$', '.WS')]
    when yahoo_symbol ~ '^[A-Z]{1,5}-W[TS][A-Z]$' then array[regexp_replace(yahoo_symbol, '-W[TS]([A-Z])$', '.WS.\1')]
    when yahoo_symbol ~ '^[A-Z]{1,5}-([A-Z]|WI|WD)$' then array[replace(yahoo_symbol, '-', '.')]
  end;

-- Whether the suffix is one that Yahoo gives an exchange of another country, or of futures.
create function has_exchange_suffix(symbol text) returns boolean
  language sql immutable strict
  return symbol ~ ('\.(TO|V|CN|NE|L|IL|XC|XD|AQ|DE|F|BE|BM|DU|HM|HA|MU|SG|PA|NX|AS|BR|MI|TI|MC|LS|SW|ST|OL|CO|HE|TL|RG'
    || '|VS|IC|VI|IR|AT|WA|PR|BD|RO|ME|IS|T|HK|SS|SZ|TW|TWO|KS|KQ|BK|JK|SI|KL|PS|VN|NS|BO|AX|XA|NZ|SA|MX|BA|SN|CL|LM'
    || '|CR|JO|TA|QA|SR|SAU|AE|KW|CA|CBT|CME|CMX|NYB|NYM)$');

-- Those US classes whose suffix Yahoo gives an exchange as well, as long as there is no list to tell.
create function is_known_us_class(symbol text) returns boolean
  language sql immutable strict
  return symbol in ('MKC.V');

-- Whether Alpaca's newest list has a symbol as one that is not over.
create function is_listed(of_symbol text) returns boolean
  language sql stable strict
  return exists (select from listed_assets a where a.symbol = of_symbol and a.status <> 'inactive');

create index symbols_by_yahoo_symbol on symbols (yahoo_symbol);

-- Anything that is no US security with a suffix is spelled alike by both.
create or replace function yahoo_spelling(symbol text) returns text
  language sql stable strict
  return coalesce(
    case
      when us_yahoo_spelling(symbol) is null
        then case when symbol ~ '^[A-Z]{1,5}\.[A-Z]{2,4}$' and is_listed(symbol) then replace(symbol, '.', '-') end
      when not has_exchange_suffix(symbol) or is_known_us_class(symbol) or is_listed(symbol)
        then us_yahoo_spelling(symbol)
    end,
    symbol);

-- What was typed in either spelling, as table symbols has it: as Alpaca's list has it, else as it is there already, else
-- by rule. BTC-USD and the like stay, and so does XYZ.V, which is Alpaca's spelling or a share in Vancouver.
create or replace function caravan_spelling(typed text) returns text
  language sql stable strict
  return coalesce(
    -- Alpaca's spelling, as its list has it.
    (select a.symbol from listed_assets a where a.symbol = upper(trim(typed)) limit 1),
    -- Another spelling of what its list has; a suffix without a rule is taken over as it is.
    (select a.symbol
      from unnest(
        us_spellings(yahoo_spelling(upper(trim(typed))))
          || case when upper(trim(typed)) ~ '^[A-Z]{1,5}-[A-Z]{1,4}$' then replace(upper(trim(typed)), '-', '.') end)
        with ordinality as may (symbol, place)
        join listed_assets a on a.symbol = may.symbol
      order by a.status = 'inactive', may.place
      limit 1),
    (select s.symbol from symbols s
      where s.yahoo_symbol = upper(trim(typed)) and s.symbol <> s.yahoo_symbol
        and not exists (select from symbols mine
          where mine.symbol = s.yahoo_symbol and us_spellings(mine.symbol) is null)
      order by s.status, s.symbol
      limit 1),
    (us_spellings(upper(trim(typed))))[1],
    upper(trim(typed)));

-- Indices, currencies, futures, crypto pairs and shares of foreign exchanges are Yahoo's alone.
create or replace function sources_of(symbol text) returns text[]
  language sql stable strict
  return case
    when is_listed(symbol) or is_known_us_class(symbol) then array['alpaca', 'yahoo']
    when symbol ~ '^\^' or symbol ~ '=' or symbol ~ '-[A-Z]{3,4}$' or has_exchange_suffix(symbol) then array['yahoo']
    else array['alpaca', 'yahoo']
  end;

-- Whoever inserts a symbol need not know the spellings. What was typed as Yahoo writes a US security is one, also
-- where Alpaca's spelling of it could be a share of another country.
create or replace function symbols_fill_spelling() returns trigger language plpgsql as $$
declare
  typed text := upper(trim(new.symbol));
  is_us boolean := us_spellings(typed) is not null;
begin
  new.symbol := caravan_spelling(typed);
  new.yahoo_symbol := coalesce(new.yahoo_symbol,
    case when is_us then us_yahoo_spelling(new.symbol) end, yahoo_spelling(new.symbol));
  new.sources := coalesce(new.sources,
    case when is_us then array['alpaca', 'yahoo'] end, sources_of(new.symbol));
  return new;
end
$$;

-- Spells each symbol as the rules, and Alpaca's newest list above them, have it, with all its rows; says what was
-- respelled. Left alone is what a person has spelled otherwise, and what Yahoo has served as a share of another
-- country already. Every change is a row of symbol_changes.
create function respell_symbols() returns table (old_symbol text, new_symbol text) language plpgsql as $$
declare
  mine record;
  table_name text;
begin
  perform set_config('caravan.changed_by', 'caravan', true);
  for mine in
    select s.symbol, right_one.symbol as respelled, s.status,
      coalesce((select c.changed_by from symbol_changes c
        where c.symbol = s.symbol and c.what = 'sources' order by c.change_id desc limit 1), 'caravan') as asked_by
    from symbols s
    cross join lateral (select case
      when exists (select from listed_assets a where a.symbol = s.symbol) then s.symbol
      when us_spellings(s.yahoo_symbol) is not null then caravan_spelling(s.yahoo_symbol)
      else caravan_spelling(s.symbol) end as symbol) right_one
    where right_one.symbol <> s.symbol
      and s.yahoo_symbol in (s.symbol, us_yahoo_spelling(s.symbol))
    order by s.symbol
  loop
    old_symbol := mine.symbol;
    new_symbol := mine.respelled;
    begin
      if exists (select from symbols s where s.symbol = mine.respelled) then
        raise unique_violation;
      end if;
      update symbols s
      set symbol = mine.respelled,
        yahoo_symbol = coalesce(us_yahoo_spelling(mine.respelled), yahoo_spelling(mine.respelled)),
        sources = case when mine.asked_by = 'person' then s.sources else array['alpaca', 'yahoo'] end,
        missing_since = null,
        note = case when s.status = 'active' then 'spelled ' || mine.symbol || ' before' else s.note end
      where s.symbol = mine.symbol;
      for table_name in
        select a.attrelid::regclass::text
        from pg_attribute a
        join pg_class c on c.oid = a.attrelid
        where a.attname = 'symbol' and not a.attisdropped
          and c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
          and c.relnamespace = (select here.relnamespace from pg_class here where here.oid = 'symbols'::regclass)
          -- What Alpaca says, and what once was.
          and c.relname not in ('symbols', 'symbol_changes', 'listed_assets', 'listings')
      loop
        execute format('update %s set symbol = $1 where symbol = $2', table_name) using mine.respelled, mine.symbol;
      end loop;
      return next;
    exception when unique_violation then
      -- It is there in both spellings: each keeps its rows, and only the right one goes on.
      if mine.status = 'active' then
        update symbols s set status = 'inactive', note = 'followed as ' || mine.respelled where s.symbol = mine.symbol;
        update symbols s set status = 'active', note = null, missing_since = null
        where s.symbol = mine.respelled and s.status <> 'active' and s.status_by = 'person';
        return next;
      end if;
    end;
  end loop;
  update symbols s
  set yahoo_symbol = yahoo_spelling(s.symbol)
  where s.yahoo_symbol = s.symbol
    and yahoo_spelling(s.symbol) <> s.symbol
    and (not has_exchange_suffix(s.symbol) or coalesce(s.time_zone, 'America/New_York') = 'America/New_York');
  update symbols s
  set sources = sources_of(s.symbol)
  where s.yahoo_symbol = yahoo_spelling(s.symbol)
    and s.sources <> sources_of(s.symbol)
    and (s.sources = array['alpaca', 'yahoo'] and s.alpaca_id is null
      or s.sources = array['yahoo'] and s.yahoo_symbol <> s.symbol and has_exchange_suffix(s.symbol))
    and not exists (select from symbol_changes c where c.symbol = s.symbol and c.what = 'sources');
end
$$;
