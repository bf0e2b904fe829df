-- Every limit band stands once.
insert into lulds (symbol, ts, nanos, limit_up, limit_down, indicator, tape, feed)
select symbol, ts, nanos, limit_up, limit_down, indicator, tape, feed
from jsonb_to_recordset(:?rows::jsonb) as sent (symbol text, ts timestamptz, nanos smallint, limit_up numeric,
  limit_down numeric, indicator text, tape text, feed text)
on conflict on constraint lulds_one_row_a_message do nothing
