-- Of each first bar that is about to be stored the last three before it, and of its symbol the splits since and what is quarantined.
with firsts as (
  select source, feed, symbol, timeframe, ts
  from jsonb_to_recordset(:?firsts::jsonb) as first (source text, feed text, symbol text, timeframe text, ts timestamptz)
), before as (
  select f.symbol, b.ts, b.close
  from firsts f
  cross join lateral (
    select b.ts, b.close from bars b
    where b.source = f.source and b.feed = f.feed and b.symbol = f.symbol and b.timeframe = f.timeframe
      -- Over a longer time a price may really have changed a hundred times.
      and b.ts < f.ts and b.ts >= f.ts - interval '30 days'
    order by b.ts desc limit 3) b
)
select 'bar' as kind, symbol, to_char(ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at, close as value
from before
union all
-- What a source has told of a date multiplies; of two sources that have told of it, one counts.
select 'split', t.symbol, t.ex_date::text, max(t.ratio)
from (
  select a.symbol, a.ex_date, product(a.ratio) as ratio
  from corporate_actions a
  where a.action in ('split', 'stock_dividend')
    and a.symbol in (select symbol from firsts where source = 'alpaca')
    and a.ex_date > (select coalesce(min(ts), (select min(ts) from firsts)) - interval '2 days' from before)::date
  group by a.source, a.symbol, a.ex_date) t
group by t.symbol, t.ex_date
union all
select 'quarantined', q.symbol, null, q.close
from quarantined_bars q
join firsts f on f.source = q.source and f.feed = q.feed and f.symbol = q.symbol and f.timeframe = q.timeframe
