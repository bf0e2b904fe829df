-- What the newest sessions owed and have, summed over datasets, for one page of symbols; writes nothing.
with recursive newest as (
  select max(r.session) as session, 1 as n from receipts r
  union all
  select (select max(r.session) from receipts r where r.session < p.session), p.n + 1
  from newest p
  where p.session is not null and p.n < :?sessions::integer
),
sessions as (
  select session from newest where session is not null
),
found as (
  select row_number() over (order by s.symbol) as n, s.symbol
  from symbols s
  where s.symbol > coalesce(:?after_1::text, '')
    and (:?search::text is null
      or starts_with(s.symbol, upper(:?search::text))
      or starts_with(s.symbol, (select caravan_spelling(:?search::text)))
      or position(lower(:?search::text) in lower(s.name)) > 0)
    and exists (select from receipts r
      where r.symbol = s.symbol and r.session >= (select min(session) from sessions))
  order by s.symbol
  limit :?limit::integer + 1
),
rows as (
  select f.n, f.symbol, json_agg(row_to_json(c) order by c.session) as cells
  from found f
  cross join lateral (
    select r.session, sum(r.expected) as expected, sum(r.stored) as stored, sum(r.no_trade) as no_trade,
      sum(r.missing) as missing
    from receipts r
    where r.symbol = f.symbol and r.session >= (select min(session) from sessions)
    group by r.session) c
  where f.n <= :?limit::integer
  group by f.n, f.symbol
)
select json_build_object(
    'sessions', (select coalesce(json_agg(session order by session), '[]') from sessions),
    'symbols', (select coalesce(json_agg(json_build_object('symbol', symbol, 'cells', cells) order by n), '[]') from rows),
    'gaps_open', (select count(*) from gaps where status = 'open'),
    'gaps_abandoned', (select count(*) from gaps
      where status = 'abandoned' and has_history(source, feed, dataset, timeframe)),
    'repair', (select row_to_json(l) from (
      select r.run_id, r.status, api_time(r.started_at) as started_at, api_time(r.finished_at) as finished_at,
        r.expected, r.stored, r.error
      from flow_runs r
      where r.flow = 'repair'
      order by r.run_id desc
      limit 1) l))::text as body,
  (select json_build_array(f.symbol)::text from found f
    where f.n = :?limit::integer and (select max(n) from found) > :?limit::integer) as next
