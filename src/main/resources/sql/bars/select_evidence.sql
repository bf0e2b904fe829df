-- What speaks for or against bars whose price jumps: the splits of their symbols, and what other sources dealt at on their days.
with suspects as (
  select source, symbol, timeframe, ts
  from jsonb_to_recordset(:?suspects::jsonb) as suspect (source text, symbol text, timeframe text, ts timestamptz)
), days as (
  select s.*, s.ts as from_ts,
    case s.timeframe when '1Day' then s.ts + interval '1 day' else s.ts + interval '1 hour' end as to_ts
  from suspects s
)
select 'split' as kind, a.symbol, a.ex_date::text as at, a.ratio as value
from corporate_actions a
where a.action = 'split' and a.symbol in (select symbol from suspects)
union all
select 'witness', d.symbol, to_char(d.ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), w.value
from days d
cross join lateral (
  (select b.close as value from bars b
    where d.source <> 'alpaca' and b.source = 'alpaca' and b.symbol = d.symbol
      and b.feed in (select feed from bar_feeds f where f.source = 'alpaca')
      and b.timeframe in ('1Min', '5Min', '15Min', '1Hour', '1Day')
      and b.ts >= d.from_ts and b.ts < d.to_ts
    order by b.ts desc limit 1)
  union all
  (select b.close from bars b
    where d.source <> 'yahoo' and d.timeframe = '1Day' and b.source = 'yahoo' and b.feed = '-' and b.symbol = d.symbol
      and b.timeframe = '1Day' and b.ts >= d.from_ts and b.ts < d.to_ts
    limit 1)
  union all
  (select p.price from price_snapshots p
    where p.source <> d.source and p.symbol = d.symbol and p.ts >= d.from_ts and p.ts < d.to_ts
    order by p.ts desc limit 1)
  union all
  (select t.price from trades t
    where d.source <> 'alpaca' and t.symbol = d.symbol and t.status in ('valid', 'corrected')
      and t.ts >= d.from_ts and t.ts < d.to_ts
    order by t.ts desc limit 1)
  union all
  (select (q.bid_price + q.ask_price) / 2 from quotes q
    where d.source <> 'alpaca' and q.symbol = d.symbol and q.bid_price > 0 and q.ask_price > 0
      and q.ts >= d.from_ts and q.ts < d.to_ts
    order by q.ts desc limit 1)) w
-- A split since then has changed the shares that one of the two counts in.
where not exists (
  select from corporate_actions a
  where a.symbol = d.symbol and a.action in ('split', 'stock_dividend')
    and a.ex_date > (d.ts at time zone 'America/New_York')::date and a.ex_date <= now()::date)
