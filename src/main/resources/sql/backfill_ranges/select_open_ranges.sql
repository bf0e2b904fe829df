-- Every range of the plan that is not done, once, the newest first.
select r.range_id, r.dataset, r.feed, r.timeframe, r.symbols, r.from_date::text as from_date, r.to_date::text as to_date,
  to_char(r.from_ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as from_ts,
  to_char(r.to_ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as to_ts,
  (r.sessions * cardinality(string_to_array(r.symbols, ',')))::bigint as weight,
  s.yahoo_symbol
from backfill_ranges r
  join jsonb_to_recordset(:?ranges::jsonb) as planned (symbols text, from_date date, to_date date)
    on r.symbols = planned.symbols and r.from_date = planned.from_date and r.to_date = planned.to_date
  left join symbols s on s.symbol = r.symbols
where r.source = :?source and r.feed = :?feed and r.dataset = :?dataset and r.timeframe = :?timeframe
  and r.status = 'open'
order by r.to_date desc, r.symbols
