-- The newest 50 batches of gaps that are due, each gap once: those of one range together, at most 100 symbols, or one alone.
select source, feed, dataset, timeframe,
  to_char(from_ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as from_ts,
  to_char(to_ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as to_ts,
  string_agg(gap_id::text, ',' order by gap_id) as gaps,
  string_agg(distinct symbol, ',' order by symbol) as symbols
from (
  select gaps.*, case when alone then -gap_id else (dense_rank() over
    (partition by source, feed, dataset, timeframe, from_ts, to_ts, alone order by symbol) - 1) / 100 end as batch
  from gaps
  where status = 'open' and empty_at is null
    -- No wait is longer than a day: a clock was wrong when it began.
    and (next_try_at <= :?now::timestamptz or next_try_at > :?now::timestamptz + interval '1 day')
    -- What was traded at the end of the range is in the provider's history by then.
    and to_ts <= :?earliest::timestamptz - interval '15 s'
    and source = 'alpaca' and dataset in ('trades', 'quotes', 'bars')
) as due
group by source, feed, dataset, timeframe, from_ts, to_ts, batch
order by due.to_ts desc, due.from_ts desc, source, feed, dataset, timeframe, batch
limit 50
