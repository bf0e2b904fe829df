-- One page of symbols with their latest prices, in the order of their names; writes nothing.
with found as (
  select row_number() over (order by s.symbol) as n, s.symbol, s.yahoo_symbol, s.name, s.exchange, s.status,
    s.sources, s.tradable, s.note, s.updated_at, coalesce(s.time_zone, 'America/New_York') as zone
  from symbols s
  where s.symbol > coalesce(:?after_1::text, '')
    and (:?status::text = 'all' or s.status = :?status::text)
    and (:?search::text is null
      or starts_with(s.symbol, upper(:?search::text))
      or starts_with(s.symbol, (select caravan_spelling(:?search::text)))
      or position(lower(:?search::text) in lower(s.name)) > 0)
  order by s.symbol
  limit :?limit::integer + 1
)
select '[' || coalesce(string_agg(row_to_json(r)::text, ',' order by f.n)
    filter (where f.n <= :?limit::integer), '') || ']' as body,
  case when max(f.n) > :?limit::integer
    then json_build_array(min(f.symbol) filter (where f.n = :?limit::integer))::text end as next
from found f
left join lateral latest_price(f.symbol, f.sources, f.zone) p on true
-- The price may be of the stream; when it was last polled is told beside it.
left join lateral (
  select max(n.ts) as ts
  from unnest(f.sources) as o (source)
  cross join lateral (
    select s.ts from price_snapshots s
    where s.source = o.source and s.symbol = f.symbol
    order by s.ts desc
    limit 1) n) q on true
cross join lateral (
  select f.symbol, f.yahoo_symbol, f.name, f.exchange, f.status, f.sources, f.tradable, f.note,
    api_time(f.updated_at) as updated_at, p.price, api_time(p.ts) as price_ts, p.source as price_source,
    api_time(q.ts) as snapshot_ts, p.volume,
    p.previous_close, p.price - p.previous_close as change,
    trim_scale(round(100 * (p.price - p.previous_close) / nullif(p.previous_close, 0), 4)) as change_percent) r
