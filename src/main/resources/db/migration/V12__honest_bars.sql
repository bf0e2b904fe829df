-- What bars are worth: corporate actions of both providers, prices adjusted at read time, and where the providers disagree.

-- A rename has neither an amount nor a ratio, and the end of a share has nothing at all.
alter table corporate_actions add column new_symbol text;
alter table corporate_actions drop constraint corporate_actions_says_how_much;
alter table corporate_actions add constraint corporate_actions_says_how_much
  check (amount is not null or ratio is not null or new_symbol is not null or action = 'worthless_removal');
alter table corporate_actions add constraint corporate_actions_rename_is_to_another
  check (action <> 'name_change' or new_symbol <> symbol);

comment on column corporate_actions.action is
  'split, stock_dividend, dividend, special_dividend, capital_gain, spin_off, unit_split, merger, name_change or worthless_removal.';
comment on column corporate_actions.ratio is
  'New shares for one old share: 4 for a split of 4:1, 1.05 for a stock dividend of 5 %; of a spin-off or merger shares of new_symbol.';
comment on column corporate_actions.new_symbol is
  'Of a rename the new name; of a spin-off, merger, unit split or reverse split the other symbol, if there is one.';

-- From which date on the actions of a symbol were read, and when last. No row: never, so that all are due.
create table corporate_action_reads (
  source text not null,
  symbol text not null,
  from_date date not null,
  read_at timestamptz not null,
  constraint corporate_action_reads_one_row_a_symbol primary key (source, symbol)
);

-- The feeds that the settings name, for views, which know no settings. Each start writes them.
create table feeds (
  role text not null,
  feed text not null,
  constraint feeds_one_row_a_role primary key (role),
  constraint feeds_role_is_known check (role in ('stream', 'history'))
);

insert into feeds (role, feed) values ('stream', 'iex'), ('history', 'sip');

comment on table feeds is 'caravan.alpaca.feed (role stream) and caravan.alpaca.history-feed (role history).';

-- What the users of the older Python system query.
create view market_data as
select b.symbol, b.ts as timestamp, b.open, b.high, b.low, b.close, b.volume
from bars b join feeds f on f.role = 'stream' and f.feed = b.feed
where b.source = 'alpaca' and b.timeframe = '1Min';

create view market_data_historical as
select b.symbol, b.ts as timestamp, b.open, b.high, b.low, b.close, b.volume
from bars b join feeds f on f.role = 'history' and f.feed = b.feed
where b.source = 'alpaca' and b.timeframe = '1Min';

comment on view market_data is 'Alpaca''s 1-minute bars of the stream''s feed, one row a symbol and minute.';
comment on view market_data_historical is 'Alpaca''s 1-minute bars of the history feed, one row a symbol and minute.';

-- A product of factors. It is cut behind 18 places, or forty dividends would make a number of 800.
create function multiplied(total numeric, factor numeric) returns numeric
  language sql immutable strict
  return trim_scale(round(total * factor, 18));

create aggregate product(numeric) (sfunc = multiplied, stype = numeric, initcond = '1');

-- What each date of a symbol does to the prices before it: a row for each source's bars, symbol and ex-date.
-- Yahoo's bars are adjusted by Yahoo's actions alone; Alpaca's by Alpaca's, and where Alpaca has told none of
-- a symbol by Yahoo's. Only what has taken effect counts: an announced split changes no price yet.
create view price_actions as
with sources as (
  select a.source as bars_source, a.* from corporate_actions a
  union all
  select 'alpaca', a.* from corporate_actions a
  where a.source = 'yahoo'
    and not exists (select from corporate_actions own
      where own.source = 'alpaca' and own.symbol = a.symbol
        and own.action in ('split', 'stock_dividend', 'dividend', 'special_dividend', 'capital_gain'))
), dates as (
  select bars_source, source as actions_source, symbol, ex_date,
    coalesce(product(ratio) filter (where action in ('split', 'stock_dividend')), 1) as split_ratio,
    coalesce(sum(amount) filter (where action in ('dividend', 'special_dividend', 'capital_gain')), 0) as cash
  from sources
  where action in ('split', 'stock_dividend', 'dividend', 'special_dividend', 'capital_gain')
  group by bars_source, source, symbol, ex_date
)
select d.bars_source as source, d.symbol, d.ex_date, z.ex_ts, d.actions_source, d.split_ratio, d.cash,
  last.close as close_before,
  -- As Yahoo's adjclose does it: the share of its last close that is left once the cash is paid. Raw closes
  -- before a split of the same date are in old shares.
  case when d.cash > 0 and d.cash < last.close / r.ratio then trim_scale(round(1 - d.cash * r.ratio / last.close, 18))
    else 1 end as dividend_ratio
from dates d
left join symbols s on s.symbol = d.symbol
cross join lateral (
  select d.ex_date::timestamp at time zone coalesce(s.time_zone, 'America/New_York') as ex_ts,
    (now() at time zone coalesce(s.time_zone, 'America/New_York'))::date as today) z
left join lateral (
  select b.close, b.adjusted_as_of
  from (select '-' as feed union select feed from feeds) f
  join bars b on b.source = d.actions_source and b.feed = f.feed and b.symbol = d.symbol
    and b.timeframe = '1Day' and b.ts < z.ex_ts and b.ts >= z.ex_ts - interval '15 days'
  where b.close > 0
  order by b.ts desc, b.feed = (select feed from feeds where role = 'history') desc
  limit 1) last on true
cross join lateral (
  select case when last.adjusted_as_of is null then d.split_ratio else 1 end as ratio) r
where d.ex_date <= z.today
  -- A clock that is ahead of ours has stored bars of that date.
  or exists (select
    from (select '-' as feed union select feed from feeds) f
    join bars b on b.source = d.bars_source and b.feed = f.feed and b.symbol = d.symbol
      and b.timeframe = '1Day' and b.ts >= z.ex_ts);

comment on view price_actions is
  'What each ex-date does to the prices before it; split_ratio divides them, dividend_ratio multiplies them.';

-- The product of what is still to come, for each stretch of time between two ex-dates.
create view price_factors as
select source, symbol, ex_ts as until_ts,
  product(split_ratio) over later as split_factor, product(dividend_ratio) over later as dividend_factor
from price_actions
window later as (partition by source, symbol order by ex_ts desc);

comment on view price_factors is
  'For bars before until_ts and not before the until_ts before it: divide prices by split_factor, multiply them by dividend_factor.';

-- The same in one row a symbol, in which a bar finds its place by halving: a year of minutes is a hundred thousand.
create view price_factor_lists as
select source, symbol, array_agg(until_ts order by until_ts) as until_ts,
  array_agg(split_factor order by until_ts) as split_factors,
  array_agg(dividend_factor order by until_ts) as dividend_factors
from price_factors
group by source, symbol;

create view bars_adjusted as
select b.*,
  trim_scale(round(b.open * p.price_factor, 10)) as adjusted_open,
  trim_scale(round(b.high * p.price_factor, 10)) as adjusted_high,
  trim_scale(round(b.low * p.price_factor, 10)) as adjusted_low,
  trim_scale(round(b.close * p.price_factor, 10)) as adjusted_close,
  trim_scale(round(b.volume * f.split_factor, 6)) as adjusted_volume,
  trim_scale(round(b.vwap * p.price_factor, 10)) as adjusted_vwap,
  f.split_factor, f.dividend_factor
from bars b
left join price_factor_lists l on l.source = b.source and l.symbol = b.symbol
cross join lateral (
  select
    -- Yahoo's prices hold the splits up to the request already; its dividends never.
    coalesce(l.split_factors[1 + width_bucket(greatest(b.ts, b.adjusted_as_of), l.until_ts)], 1) as split_factor,
    coalesce(l.dividend_factors[1 + width_bucket(b.ts, l.until_ts)], 1) as dividend_factor) f
cross join lateral (select f.dividend_factor / f.split_factor as price_factor) p;

comment on view bars_adjusted is
  'Bars as they are stored, and beside them prices and volume in the shares of today; prices less the dividends since.';

-- Where two providers tell a finished session differently, both in the shares of today: prices by more than
-- half a per cent, volume by more than 5 %.
create view source_differences as
select y.symbol, (y.ts at time zone 'America/New_York')::date as session, v.field,
  trim_scale(round(v.yahoo, 10)) as yahoo, trim_scale(round(v.alpaca, 10)) as alpaca,
  round((v.yahoo - v.alpaca) / nullif(v.alpaca, 0), 6) as difference
from bars_adjusted y
join feeds h on h.role = 'history'
join bars_adjusted a on a.source = 'alpaca' and a.feed = h.feed and a.symbol = y.symbol
  and a.timeframe = '1Day' and a.ts = y.ts and a.final
cross join lateral (values
  ('open', y.open / y.split_factor, a.open / a.split_factor, 0.005),
  ('high', y.high / y.split_factor, a.high / a.split_factor, 0.005),
  ('low', y.low / y.split_factor, a.low / a.split_factor, 0.005),
  ('close', y.close / y.split_factor, a.close / a.split_factor, 0.005),
  ('volume', y.volume * y.split_factor, a.volume * a.split_factor, 0.05)) as v (field, yahoo, alpaca, tolerance)
where y.source = 'yahoo' and y.feed = '-' and y.timeframe = '1Day' and y.final
  and abs(v.yahoo - v.alpaca) > abs(v.alpaca) * v.tolerance;

comment on view source_differences is
  'Final daily bars in which Yahoo and Alpaca''s history feed disagree: prices by over 0.5 %, volume by over 5 %.';
