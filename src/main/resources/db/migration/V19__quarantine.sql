-- Bars whose price nobody vouches for yet: kept here, and judged again with each answer about their symbol.

create table quarantined_bars (
  source text not null,
  feed text not null,
  symbol text not null,
  timeframe text not null,
  ts timestamptz not null,
  close numeric not null,
  reason text not null,
  payload text not null,
  times integer not null default 1,
  first_seen_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  constraint quarantined_bars_one_row_a_bar primary key (source, feed, symbol, timeframe, ts)
);

comment on table quarantined_bars is
  'Each has its dead letter too. A bar leaves when it is stored: its level has stayed, something explains it, or it was corrected.';
comment on column quarantined_bars.payload is 'The bar as it would have been stored, as JSON.';

-- A bar that was taken out and comes back goes on with the revisions that it left behind.
create or replace function bars_keep_revision() returns trigger language plpgsql as $$
begin
  new.stored_at := now();
  if old.final or new.final then
    old.revision := greatest(old.revision, coalesce((
      select max(r.revision) + 1 from bar_revisions r
      where r.source = old.source and r.feed = old.feed and r.symbol = old.symbol
        and r.timeframe = old.timeframe and r.ts = old.ts), 0));
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
