-- Each symbol of the plan once: what its regular sessions were to hold, what they hold, and what of the rest an answer accounts for.
with asked as (
  select r.status, r.proof, r.last_error, r.from_date, r.to_date, symbol
  from backfill_ranges r
    join jsonb_to_recordset(:?ranges::jsonb) as planned (symbols text, from_date date, to_date date)
      on r.symbols = planned.symbols and r.from_date = planned.from_date and r.to_date = planned.to_date
    cross join unnest(string_to_array(r.symbols, ',')) as symbol
  where r.source = :?source and r.feed = :?feed and r.dataset = :?dataset and r.timeframe = :?timeframe
),
counted as (
  select asked.symbol, asked.status = 'done' as done, asked.last_error, coalesce(s.bars, 0) as expected,
    case
      when s.session is null then 0
      when :?dataset = 'trades' then (exists (
        select from trades t where t.symbol = asked.symbol and t.ts >= s.first and t.ts < s.after
          -- Whichever session it is, no other month is looked into.
          and t.ts >= :?from_date::date::timestamptz - interval '1 day'
          and t.ts < :?to_date::date::timestamptz + interval '2 days'))::integer
      else (
        select count(*) from bars b
        where b.source = :?source and b.feed = :?feed and b.symbol = asked.symbol and b.timeframe = :?timeframe
          and b.ts >= s.first and b.ts < s.after)
    end as stored,
    -- What Yahoo leaves out was not traded only before the symbol's first bar: it does not say so of any other day.
    :?source <> 'yahoo' or s.after <= (
      select min(b.ts) from bars b
      where b.source = :?source and b.feed = :?feed and b.symbol = asked.symbol and b.timeframe = :?timeframe) as proved
  from asked
    left join jsonb_to_recordset(:?sessions::jsonb)
      as s (session date, first timestamptz, after timestamptz, bars integer)
      on s.session between asked.from_date and asked.to_date
),
known as (
  select symbol, coalesce(time_zone, 'America/New_York') = 'America/New_York' as calendar from symbols
)
select counted.symbol, coalesce(known.calendar, true) as calendar,
  sum(expected)::bigint as expected, sum(stored)::bigint as stored,
  coalesce(sum(expected - stored) filter (where done and proved), 0)::bigint as accounted,
  bool_and(done) as done,
  (array_agg(last_error) filter (where last_error is not null and not done))[1] as reason,
  case when not coalesce(known.calendar, true) then (
    select count(*) from bars b
    where b.source = :?source and b.feed = :?feed and b.symbol = counted.symbol and b.timeframe = :?timeframe
      and (b.ts at time zone 'UTC')::date between :?from_date::date and :?to_date::date)
  end as rows
from counted
  left join known on known.symbol = counted.symbol
group by counted.symbol, known.calendar
order by counted.symbol
