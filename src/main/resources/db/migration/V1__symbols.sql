-- One row a symbol, in Alpaca's spelling (BRK.B); Yahoo's (BRK-B) stands beside it.

-- Yahoo writes a share class with a hyphen. Anything else is spelled alike by both.
create function yahoo_spelling(symbol text) returns text
  language sql immutable strict
  return case
    when symbol ~ '^[A-Z]{1,5}\.[A-EK]$' then replace(symbol, '.', '-')
    when symbol ~ '^[A-Z]{1,5}\.PR[A-Z]$' then regexp_replace(symbol, '\.PR', '-P')
    when symbol ~ '^[A-Z]{1,5}\.WS$' then regexp_replace(symbol, '\.WS$', '-WT')
    when symbol ~ '^[A-Z]{1,5}\.U$' then regexp_replace(symbol, '\.U$', '-UN')
    else symbol
  end;

-- A share class that was typed as Yahoo writes it becomes Alpaca's; BTC-USD and the like stay.
create function caravan_spelling(typed text) returns text
  language sql immutable strict
  return regexp_replace(upper(trim(typed)), '^([A-Z]{1,5})-([A-EK])$', '\1.\2');

-- Indices, currencies, futures, crypto pairs and shares of foreign exchanges are Yahoo's alone.
create function sources_of(symbol text) returns text[]
  language sql immutable strict
  return case
    when symbol ~ '^\^' or symbol ~ '=' or symbol ~ '-[A-Z]{3,4}$'
      or symbol ~ ('\.(TO|V|CN|NE|L|IL|XC|DE|F|BE|DU|HM|MU|SG|PA|AS|BR|MI|TI|MC|LS|SW|ST|OL|CO|HE'
        || '|IC|VI|IR|AT|WA|PR|BD|IS|T|HK|SS|SZ|TW|TWO|KS|KQ|BK|JK|SI|KL|NS|BO|AX|NZ|SA|MX|BA|SN'
        || '|JO|TA|QA|SR|CA)$')
    then array['yahoo']
    else array['alpaca', 'yahoo']
  end;

create table symbols (
  symbol text not null,
  yahoo_symbol text not null,
  name text,
  exchange text,
  status text not null default 'active',
  sources text[] not null,
  currency text,
  time_zone text,
  added_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint symbols_one_row_a_symbol primary key (symbol),
  constraint symbols_symbol_has_no_separators check (symbol ~ '^[^[:space:],/?#&%]{1,32}$'),
  constraint symbols_status_is_known check (status in ('active', 'inactive')),
  constraint symbols_has_a_source check (cardinality(sources) > 0)
);

comment on column symbols.sources is 'The sources that are asked for this symbol.';
comment on column symbols.currency is 'The currency of Yahoo''s prices as Yahoo names it: GBp is a hundredth of GBP.';
comment on column symbols.time_zone is 'The zone of the exchange, as Yahoo names it.';

-- Whoever inserts a symbol need not know the spellings.
create function symbols_fill_spelling() returns trigger language plpgsql as $$
begin
  new.symbol := caravan_spelling(new.symbol);
  new.yahoo_symbol := coalesce(new.yahoo_symbol, yahoo_spelling(new.symbol));
  new.sources := coalesce(new.sources, sources_of(new.symbol));
  return new;
end
$$;

create trigger symbols_fill_spelling before insert on symbols
  for each row execute function symbols_fill_spelling();
