-- Bars, prices and corporate actions, each under the key that the provider's own facts give it.

create table bars (
  source text not null,
  feed text not null,
  symbol text not null,
  timeframe text not null,
  ts timestamptz not null,
  open numeric not null,
  high numeric not null,
  low numeric not null,
  close numeric not null,
  volume numeric,
  trade_count bigint,
  vwap numeric,
  final boolean not null,
  revision integer not null default 0,
  adjusted_as_of timestamptz,
  stored_at timestamptz not null default now(),
  constraint bars_one_row_a_bar primary key (source, feed, symbol, timeframe, ts),
  constraint bars_timeframe_is_known check (timeframe in ('1Min', '5Min', '15Min', '1Hour', '1Day')),
  constraint bars_high_is_not_below_low check (high >= low),
  constraint bars_volume_is_not_negative check (volume >= 0)
);

comment on column bars.ts is 'Start of the bar; for 1Day midnight of the session date in the exchange''s zone.';
comment on column bars.feed is 'Alpaca''s feed (sip, iex); - for Yahoo.';
comment on column bars.final is 'The period was over when the provider was asked.';
comment on column bars.revision is 'How often the values have changed since they were first stored.';
comment on column bars.adjusted_as_of is 'Yahoo''s prices are adjusted for the splits known at this time; null: raw.';

-- What a bar was before it was changed, and when that was.
create table bar_revisions (
  source text not null,
  feed text not null,
  symbol text not null,
  timeframe text not null,
  ts timestamptz not null,
  revision integer not null,
  open numeric not null,
  high numeric not null,
  low numeric not null,
  close numeric not null,
  volume numeric,
  trade_count bigint,
  vwap numeric,
  final boolean not null,
  adjusted_as_of timestamptz,
  stored_at timestamptz not null,
  replaced_at timestamptz not null default now(),
  constraint bar_revisions_one_row_a_revision
    primary key (source, feed, symbol, timeframe, ts, revision)
);

create function bars_keep_revision() returns trigger language plpgsql as $$
begin
  insert into bar_revisions (source, feed, symbol, timeframe, ts, revision, open, high, low, close,
      volume, trade_count, vwap, final, adjusted_as_of, stored_at)
    values (old.source, old.feed, old.symbol, old.timeframe, old.ts, old.revision, old.open,
      old.high, old.low, old.close, old.volume, old.trade_count, old.vwap, old.final,
      old.adjusted_as_of, old.stored_at);
  new.revision := old.revision + 1;
  new.stored_at := now();
  return new;
end
$$;

-- Whoever changes a bar's values, in whatever way, leaves the old ones behind.
create trigger bars_keep_revision before update on bars for each row
  when ((old.open, old.high, old.low, old.close, old.volume, old.trade_count, old.vwap)
    is distinct from (new.open, new.high, new.low, new.close, new.volume, new.trade_count, new.vwap))
  execute function bars_keep_revision();

create table price_snapshots (
  source text not null,
  symbol text not null,
  ts timestamptz not null,
  price numeric not null,
  volume numeric,
  currency text,
  stored_at timestamptz not null default now(),
  constraint price_snapshots_one_row_a_time primary key (source, symbol, ts),
  constraint price_snapshots_volume_is_not_negative check (volume >= 0)
);

comment on column price_snapshots.ts is 'When the market set the price, as the provider says; else when it answered.';

create table corporate_actions (
  source text not null,
  symbol text not null,
  action text not null,
  ex_date date not null,
  amount numeric,
  ratio numeric,
  stored_at timestamptz not null default now(),
  constraint corporate_actions_one_row_an_action primary key (source, symbol, action, ex_date),
  constraint corporate_actions_says_how_much check (amount is not null or ratio is not null),
  constraint corporate_actions_ratio_is_positive check (ratio > 0)
);

comment on column corporate_actions.amount is 'Cash a share, in the currency and split adjustment that the source served.';
comment on column corporate_actions.ratio is 'New shares for one old share: 4 for a split of 4:1.';
