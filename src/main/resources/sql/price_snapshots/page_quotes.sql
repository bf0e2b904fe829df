-- One page of the latest prices, of all symbols that have one or of those asked for, in the order of their names; writes nothing.
with asked as (
  select caravan_spelling(a.symbol) as symbol
  from unnest(string_to_array(:?symbol::text, ',')) as a (symbol)
),
found as (
  select row_number() over (order by s.symbol) as n, s.symbol, p.*
  from symbols s
  cross join lateral latest_price(s.symbol, s.sources, coalesce(s.time_zone, 'America/New_York')) p
  where s.symbol > coalesce(:?after_1::text, '')
    and (:?symbol::text is null or s.symbol in (select a.symbol from asked a))
  order by s.symbol
  limit :?limit::integer + 1
)
select '[' || coalesce(string_agg(row_to_json(r)::text, ',' order by f.n)
    filter (where f.n <= :?limit::integer), '') || ']' as body,
  case when max(f.n) > :?limit::integer
    then json_build_array(min(f.symbol) filter (where f.n = :?limit::integer))::text end as next,
  (select min(a.symbol) from asked a where not exists (select from symbols s where s.symbol = a.symbol)) as unknown
from found f
cross join lateral (
  select f.source, f.symbol, api_time(f.ts) as ts, f.price, f.volume, f.previous_close,
    f.price - f.previous_close as change,
    trim_scale(round(100 * (f.price - f.previous_close) / nullif(f.previous_close, 0), 4)) as change_percent,
    round(extract(epoch from now() - f.ts), 1) as age_seconds) r
