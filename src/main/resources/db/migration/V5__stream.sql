-- What the stream delivers, and the ledger of what it failed to deliver.

-- Alpaca counts nanoseconds and PostgreSQL microseconds: ts is cut, never rounded, and nanos holds the rest.
create table trades (
  symbol text not null,
  ts timestamptz not null,
  nanos smallint not null,
  exchange text not null,
  trade_id bigint not null,
  price numeric not null,
  size numeric not null,
  conditions text[],
  tape text,
  feed text not null,
  status text not null default 'valid',
  constraint trades_one_row_a_trade primary key (symbol, ts, exchange, trade_id),
  constraint trades_price_is_not_negative check (price >= 0),
  constraint trades_size_is_not_negative check (size >= 0),
  constraint trades_status_is_known check (status in ('valid', 'corrected', 'incorrect', 'canceled', 'error'))
);

comment on column trades.nanos is 'Nanoseconds below the microsecond of ts, 0 to 999.';
comment on column trades.status is 'valid; corrected: what a correction made of it; incorrect, canceled, error: it does not count any more.';

-- What a trade was before a correction under the same id changed it.
create table trade_revisions (
  symbol text not null,
  ts timestamptz not null,
  exchange text not null,
  trade_id bigint not null,
  price numeric not null,
  size numeric not null,
  conditions text[],
  status text not null,
  replaced_at timestamptz not null default clock_timestamp()
);

create index trade_revisions_by_trade on trade_revisions (symbol, ts, exchange, trade_id);

create function trades_keep_revision() returns trigger language plpgsql as $$
begin
  insert into trade_revisions (symbol, ts, exchange, trade_id, price, size, conditions, status)
    values (old.symbol, old.ts, old.exchange, old.trade_id, old.price, old.size, old.conditions, old.status);
  return new;
end
$$;

-- Whoever changes a trade, in whatever way, leaves the old values behind.
create trigger trades_keep_revision before update on trades for each row
  when ((old.price, old.size, old.conditions, old.status)
    is distinct from (new.price, new.size, new.conditions, new.status))
  execute function trades_keep_revision();

-- Every correction and cancel as it came. One whose trade is not there yet waits for the repair to bring it.
create table trade_corrections (
  symbol text not null,
  ts timestamptz not null,
  nanos smallint not null,
  exchange text not null,
  trade_id bigint not null,
  kind text not null,
  price numeric not null,
  size numeric not null,
  conditions text[],
  new_trade_id bigint,
  new_price numeric,
  new_size numeric,
  new_conditions text[],
  tape text,
  feed text not null,
  stored_at timestamptz not null default now(),
  applied_at timestamptz,
  constraint trade_corrections_one_row_a_message primary key (symbol, ts, nanos, exchange, trade_id, kind),
  constraint trade_corrections_kind_is_known check (kind in ('corrected', 'canceled', 'error')),
  constraint trade_corrections_says_what_is_right
    check (kind <> 'corrected' or (new_trade_id is not null and new_price is not null and new_size is not null))
);

create index trade_corrections_to_apply on trade_corrections (symbol, ts) where applied_at is null;

create table quotes (
  symbol text not null,
  ts timestamptz not null,
  nanos smallint not null,
  bid_exchange text not null,
  bid_price numeric not null,
  bid_size numeric not null,
  ask_exchange text not null,
  ask_price numeric not null,
  ask_size numeric not null,
  conditions text[],
  tape text,
  feed text not null,
  constraint quotes_one_row_a_quote primary key
    (symbol, ts, nanos, bid_exchange, bid_price, bid_size, ask_exchange, ask_price, ask_size, feed)
);

create table statuses (
  symbol text not null,
  ts timestamptz not null,
  nanos smallint not null,
  status_code text not null,
  status text,
  reason_code text not null,
  reason text,
  tape text,
  feed text not null,
  constraint statuses_one_row_a_message primary key (symbol, ts, nanos, status_code, reason_code, feed)
);

create table lulds (
  symbol text not null,
  ts timestamptz not null,
  nanos smallint not null,
  limit_up numeric not null,
  limit_down numeric not null,
  indicator text not null,
  tape text,
  feed text not null,
  constraint lulds_one_row_a_message primary key (symbol, ts, nanos, indicator, feed)
);

comment on table statuses is 'Trading halts and resumptions of the stream''s channel statuses.';
comment on table lulds is 'Limit up, limit down bands of the stream''s channel lulds.';

-- Owed work: a range of one symbol and dataset that was not delivered, until the provider's own answer settles it.
create table gaps (
  gap_id bigint generated always as identity,
  source text not null,
  feed text not null,
  dataset text not null,
  symbol text not null,
  timeframe text not null default '-',
  from_ts timestamptz not null,
  to_ts timestamptz,
  status text not null default 'open',
  reason text not null,
  opened_at timestamptz not null default now(),
  closed_at timestamptz,
  attempts integer not null default 0,
  next_try_at timestamptz not null default now(),
  last_error text,
  constraint gaps_one_row_a_gap primary key (gap_id),
  constraint gaps_dataset_is_known check (dataset in ('trades', 'bars', 'quotes', 'news')),
  constraint gaps_status_is_known check (status in ('open', 'filled', 'no_trades', 'abandoned')),
  constraint gaps_end_is_not_before_begin check (to_ts >= from_ts),
  constraint gaps_is_closed_unless_open check ((status = 'open') = (closed_at is null)),
  constraint gaps_only_a_known_range_is_settled check (to_ts is not null or status in ('open', 'abandoned')),
  constraint gaps_says_why_it_is_abandoned check (status <> 'abandoned' or last_error is not null)
);

-- While a symbol is not delivered its gap has no end yet, and there is one of it.
create unique index gaps_one_without_end on gaps (source, feed, dataset, symbol, timeframe)
  where status = 'open' and to_ts is null;
create index gaps_due on gaps (next_try_at) where status = 'open' and to_ts is not null;
create index gaps_by_symbol on gaps (symbol, opened_at desc);

comment on column gaps.to_ts is 'End of the range; null while it goes on.';
comment on column gaps.timeframe is 'Of bars; - for other datasets.';

-- What the stream owes now: a row for each symbol and dataset that it is to deliver. A row that outlives its
-- process is how a crash is seen at the next start.
create table stream_coverage (
  source text not null,
  feed text not null,
  dataset text not null,
  symbol text not null,
  timeframe text not null default '-',
  since timestamptz not null,
  constraint stream_coverage_one_row_a_symbol primary key (source, feed, dataset, symbol, timeframe)
);

-- Up to this time of the feed everything that was received is stored. It is written after the rows.
create table stream_watermarks (
  source text not null,
  feed text not null,
  stored_to timestamptz not null,
  constraint stream_watermarks_one_row_a_feed primary key (source, feed)
);

-- A bar that is still growing is no revision: only what was final, or becomes it, leaves its old values behind.
create or replace function bars_keep_revision() returns trigger language plpgsql as $$
begin
  new.stored_at := now();
  if old.final or new.final then
    insert into bar_revisions (source, feed, symbol, timeframe, ts, revision, open, high, low, close,
        volume, trade_count, vwap, final, adjusted_as_of, stored_at)
      values (old.source, old.feed, old.symbol, old.timeframe, old.ts, old.revision, old.open,
        old.high, old.low, old.close, old.volume, old.trade_count, old.vwap, old.final,
        old.adjusted_as_of, old.stored_at);
    new.revision := old.revision + 1;
  end if;
  return new;
end
$$;
