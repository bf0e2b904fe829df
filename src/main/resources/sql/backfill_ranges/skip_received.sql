-- A range of the plan is done without a request where the receipts of each of its symbols and sessions say that nothing is missing.
update backfill_ranges r
set status = 'done', proof = 'receipts', done_at = now(), rows = backfill_rows(r), last_error = null
from jsonb_to_recordset(:?ranges::jsonb) as planned (symbols text, from_date date, to_date date)
where r.source = :?source and r.feed = :?feed and r.dataset = :?dataset and r.timeframe = :?timeframe
  and r.symbols = planned.symbols and r.from_date = planned.from_date and r.to_date = planned.to_date
  and r.status = 'open'
  and r.sessions * cardinality(string_to_array(r.symbols, ',')) = (
    select count(*)
    from receipts done
    where done.source = r.source and done.feed = r.feed and done.dataset = r.dataset
      and done.timeframe = r.timeframe and done.symbol = any (string_to_array(r.symbols, ','))
      and done.session between r.from_date and r.to_date
      and done.counted_at is not null and done.expected > 0 and done.missing = 0)
