-- What the plan weighs, in sessions of one symbol, and how much of that is done.
select count(*) as ranges, count(*) filter (where r.status = 'open') as open,
  count(*) filter (where r.proof = 'receipts') as received,
  coalesce(sum(r.sessions * cardinality(string_to_array(r.symbols, ','))), 0)::bigint as weight,
  coalesce(sum(r.sessions * cardinality(string_to_array(r.symbols, ',')))
    filter (where r.status = 'done'), 0)::bigint as done
from backfill_ranges r
  join jsonb_to_recordset(:?ranges::jsonb) as planned (symbols text, from_date date, to_date date)
    on r.symbols = planned.symbols and r.from_date = planned.from_date and r.to_date = planned.to_date
where r.source = :?source and r.feed = :?feed and r.dataset = :?dataset and r.timeframe = :?timeframe
