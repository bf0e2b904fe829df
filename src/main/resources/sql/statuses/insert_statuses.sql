-- Every status message stands once.
insert into statuses (symbol, ts, nanos, status_code, status, reason_code, reason, tape, feed)
select symbol, ts, nanos, status_code, status, reason_code, reason, tape, feed
from jsonb_to_recordset(:?rows::jsonb) as sent (symbol text, ts timestamptz, nanos smallint, status_code text,
  status text, reason_code text, reason text, tape text, feed text)
on conflict on constraint statuses_one_row_a_message do nothing
