-- What the API reads: times as it writes them, the latest price of a symbol, and indexes for the order of its lists.

-- 2026-11-20T14:30:00Z; with microseconds only where there are any.
create function api_time(at timestamptz) returns text
  language sql stable parallel safe
  return to_char(at at time zone 'UTC',
    case when date_trunc('second', at) = at then 'YYYY-MM-DD"T"HH24:MI:SS"Z"' else 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"' end);

-- Found by leaping from one pair to the next in the key of bars, which takes as many looks as there are pairs.
create view bar_feeds as
with recursive pairs as (
  (select source, feed from bars order by source, feed limit 1)
  union all
  select n.source, n.feed
  from pairs p
  cross join lateral (
    select b.source, b.feed from bars b
    where (b.source, b.feed) > (p.source, p.feed)
    order by b.source, b.feed
    limit 1) n
)
select source, feed from pairs;

comment on view bar_feeds is 'The sources and feeds of which there are bars.';

-- Bars as they are stored, or adjusted with the factors that did it. Where as_adjusted is a constant, what the other
-- one needs is not even planned.
create function bars_as(as_adjusted boolean)
  returns table (source text, feed text, symbol text, timeframe text, ts timestamptz, open numeric, high numeric,
    low numeric, close numeric, volume numeric, trade_count bigint, vwap numeric, final boolean, revision integer,
    adjusted_as_of timestamptz, split_factor numeric, dividend_factor numeric)
  language sql stable
begin atomic
  select b.source, b.feed, b.symbol, b.timeframe, b.ts,
    case when as_adjusted then b.adjusted_open else b.open end,
    case when as_adjusted then b.adjusted_high else b.high end,
    case when as_adjusted then b.adjusted_low else b.low end,
    case when as_adjusted then b.adjusted_close else b.close end,
    case when as_adjusted then b.adjusted_volume else b.volume end,
    b.trade_count,
    case when as_adjusted then b.adjusted_vwap else b.vwap end,
    b.final, b.revision, b.adjusted_as_of,
    case when as_adjusted then b.split_factor end,
    case when as_adjusted then b.dividend_factor end
  from bars_adjusted b;
end;

-- The newest of a symbol's snapshots and trades, with the volume of its day and the close before that day, in the
-- shares of that day. No row for a symbol that has neither.
create function latest_price(of_symbol text, of_sources text[], zone text)
  returns table (source text, ts timestamptz, price numeric, volume numeric, previous_close numeric)
  language sql stable
begin atomic
  select l.source, l.ts, l.price, l.volume, trim_scale(c.close / c.split_ratio)
  from (
    select case when newer.trade then 'alpaca' else s.source end as source,
      case when newer.trade then t.ts else s.ts end as ts,
      case when newer.trade then t.price else s.price end as price,
      case when not newer.trade or (s.ts at time zone zone)::date = (t.ts at time zone zone)::date
        then s.volume end as volume
    from (select) one
    left join lateral (
      select n.source, n.ts, n.price, n.volume
      from unnest(of_sources) as o (source)
      cross join lateral (
        select p.source, p.ts, p.price, p.volume from price_snapshots p
        where p.source = o.source and p.symbol = of_symbol
        order by p.ts desc
        limit 1) n
      order by n.ts desc
      limit 1) s on true
    left join lateral (
      select r.ts, r.price from trades r
      where r.symbol = of_symbol and r.status in ('valid', 'corrected')
      order by r.ts desc
      limit 1) t on true
    cross join lateral (select t.ts is not null and (s.ts is null or t.ts > s.ts) as trade) newer
    where t.ts is not null or s.ts is not null) l
  left join lateral (
    select b.close,
      -- Prices of a provider that does not adjust them are in the shares of their own day.
      coalesce((
        select product(a.ratio) from corporate_actions a
        where a.source = o.source and a.symbol = of_symbol and a.action in ('split', 'stock_dividend')
          and a.ex_date > (coalesce(b.adjusted_as_of, b.ts) at time zone zone)::date
          and a.ex_date <= (l.ts at time zone zone)::date), 1) as split_ratio
    from unnest(of_sources) as o (source)
    cross join (select '-' as feed union all select f.feed from feeds f where f.role = 'history') h
    cross join lateral (
      select d.ts, d.close, d.adjusted_as_of from bars d
      where d.source = o.source and d.feed = h.feed and d.symbol = of_symbol and d.timeframe = '1Day'
        and d.ts < date_trunc('day', l.ts at time zone zone) at time zone zone
      order by d.ts desc
      limit 1) b
    order by b.ts desc, (o.source = l.source) desc
    limit 1) c on true;
end;

create index flow_runs_newest_of_flow on flow_runs (flow, run_id);
create index flow_runs_newest_of_status on flow_runs (status, run_id);
create index flow_runs_newest_of_parent on flow_runs (parent_run_id, run_id);
create index gaps_newest_of_status on gaps (status, gap_id);
create index gaps_newest_of_symbol on gaps (symbol, gap_id);
create index receipts_in_order on receipts (session desc, symbol, source, feed, dataset, timeframe);
create index receipts_of_symbol on receipts (symbol, session desc);
create index receipts_in_order_with_missing on receipts (session desc, symbol, source, feed, dataset, timeframe)
  where missing > 0;
create index news_articles_in_order on news_articles (published_at desc, source desc, article_id desc);
create index dead_letters_in_order on dead_letters (failed_at desc, letter_id desc);
create index dead_letters_in_order_to_replay on dead_letters (failed_at desc, letter_id desc) where replayed_at is null;
create index dead_letters_of_symbol on dead_letters (symbol, failed_at desc);

-- The new ones begin with what these hold.
drop index flow_runs_by_parent;
drop index receipts_by_session;
drop index news_articles_by_time;
drop index dead_letters_by_time;
