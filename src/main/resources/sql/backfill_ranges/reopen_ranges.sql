-- Opens a range of the plan again where its end had not come when it was asked for, or where rows of it have gone since.
update backfill_ranges r
set status = 'open', proof = null, done_at = null
from jsonb_to_recordset(:?ranges::jsonb) as planned (symbols text, from_date date, to_date date)
where r.source = :?source and r.feed = :?feed and r.dataset = :?dataset and r.timeframe = :?timeframe
  and r.symbols = planned.symbols and r.from_date = planned.from_date and r.to_date = planned.to_date
  and r.status = 'done'
  and (r.proof = 'receipts' or r.asked_to < r.to_ts - interval '1 s' or backfill_rows(r) < r.rows)
