-- The dates to ask for so that an answer can be judged: with a stored bar beside them, a split that is not in the history yet, and what is quarantined.
with asked as (
  select :?from_date::date as from_date, :?to_date::date as to_date,
    coalesce((select s.time_zone from symbols s where s.symbol = :?symbol), 'America/New_York') as zone
), bounds as (
  select a.*, a.from_date::timestamp at time zone a.zone as from_ts,
    (a.to_date + 1)::timestamp at time zone a.zone as to_ts
  from asked a
), own as (
  select b.* from bars b where b.source = :?source and b.feed = '-' and b.symbol = :?symbol and b.timeframe = '1Day'
), kept as (
  select min(q.ts) as first_ts, max(q.ts) as last_ts
  from quarantined_bars q
  where q.source = :?source and q.feed = '-' and q.symbol = :?symbol and q.timeframe = '1Day'
), unadjusted as (
  select min(z.ex_ts) as ex_ts
  from corporate_actions a
  cross join bounds d
  cross join lateral (select a.ex_date::timestamp at time zone d.zone as ex_ts) z
  cross join lateral (
    select o.adjusted_as_of from own o where o.ts < z.ex_ts order by o.ts desc limit 1) last
  where a.source = :?source and a.symbol = :?symbol and a.action = 'split' and z.ex_ts <= now()
    and last.adjusted_as_of < z.ex_ts
)
select least(d.from_date, (d.around)::date, (k.first_ts at time zone d.zone)::date - 7,
    (u.ex_ts at time zone d.zone)::date - 7)::text as from_date,
  greatest(d.to_date, (d.around)::date, (k.last_ts at time zone d.zone)::date,
    (u.ex_ts at time zone d.zone)::date + 7)::text as to_date
from (
  select b.*,
    case when not exists (select from own o where o.ts >= b.from_ts and o.ts < b.to_ts) then coalesce(
      (select o.ts from own o where o.ts < b.from_ts order by o.ts desc limit 1),
      (select o.ts from own o where o.ts >= b.to_ts order by o.ts limit 1)) end at time zone b.zone as around
  from bounds b) d
cross join kept k
cross join unadjusted u
