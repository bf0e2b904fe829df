-- The newest 50 batches of gaps that are due, each gap once: those of one range together, at most 100 symbols, or one alone.
-- For the corrections of a day all its trades are read again: they come last, 10 symbols at a time, and no more than 5 times.
with due as (
  select g.*, read.*, case when alone then -gap_id else (dense_rank() over
    (partition by source, feed, dataset, timeframe, begins, ends, alone order by symbol) - 1) / read.most end as batch
  from gaps g
    cross join lateral (
      select dataset = 'corrections' as again,
        case when dataset = 'corrections' then new_york_day(from_ts) else from_ts end as begins,
        case when dataset = 'corrections' then null else to_ts end as ends,
        case when dataset = 'corrections' then 10 else 100 end as most) as read
  where status = 'open' and empty_at is null
    -- No wait is longer than a day: a clock was wrong when it began.
    and (next_try_at <= :?now::timestamptz or next_try_at > :?now::timestamptz + interval '1 day')
    -- What was traded at the end of the range is in the provider's history by then.
    and to_ts <= :?earliest::timestamptz - interval '15 s'
    and source = 'alpaca' and dataset in ('trades', 'quotes', 'bars', 'corrections')
),
batches as (
  select source, feed, dataset, timeframe, again, batch, min(from_ts) as from_ts, max(to_ts) as to_ts,
    string_agg(gap_id::text, ',' order by gap_id) as gaps,
    string_agg(distinct symbol, ',' order by symbol) as symbols,
    row_number() over (partition by again order by max(to_ts) desc, min(from_ts) desc) as nth
  from due
  group by source, feed, dataset, timeframe, again, begins, ends, batch
)
select source, feed, dataset, timeframe,
  to_char(from_ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as from_ts,
  to_char(to_ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as to_ts, gaps, symbols
from batches
where not again or nth <= 5
order by again, to_ts desc, from_ts desc, source, feed, dataset, timeframe, batch
limit 50
