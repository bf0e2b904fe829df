-- The newest ten days that can be replayed, by a look into the keys for each; writes nothing.
with ends as (
  select min(least(t.first, b.first)) as first, max(greatest(t.last, b.last)) as last
  from unnest(:?symbols::text[]) as s (symbol)
    left join lateral (select min(ts) as first, max(ts) as last from trades where symbol = s.symbol) as t on true
    left join lateral (select min(ts) as first, max(ts) as last from bars
      where source = 'alpaca' and feed in ('iex', 'sip') and symbol = s.symbol and timeframe = '1Min') as b on true
)
select day::date::text as day
from ends
  cross join generate_series((first at time zone 'America/New_York')::date::timestamp,
    last at time zone 'America/New_York', interval '1 day') as day
where exists (select from trades
    where symbol = any (:?symbols::text[]) and feed in ('iex', 'sip') and ts >= day at time zone 'America/New_York'
      and ts < (day + interval '1 day') at time zone 'America/New_York')
  or exists (select from bars
    where source = 'alpaca' and feed in ('iex', 'sip') and symbol = any (:?symbols::text[]) and timeframe = '1Min'
      and ts >= day at time zone 'America/New_York' and ts < (day + interval '1 day') at time zone 'America/New_York')
order by day desc
limit 10
