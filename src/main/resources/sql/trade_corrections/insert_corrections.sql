-- Every correction and cancel stands once, as it came.
insert into trade_corrections (symbol, ts, nanos, exchange, trade_id, kind, price, size, conditions,
  new_trade_id, new_price, new_size, new_conditions, tape, feed)
select symbol, ts, nanos, exchange, trade_id, kind, price, size, conditions,
  new_trade_id, new_price, new_size, new_conditions, tape, feed
from jsonb_to_recordset(:?rows::jsonb) as sent (symbol text, ts timestamptz, nanos smallint, exchange text,
  trade_id bigint, kind text, price numeric, size numeric, conditions text[], new_trade_id bigint,
  new_price numeric, new_size numeric, new_conditions text[], tape text, feed text)
on conflict on constraint trade_corrections_one_row_a_message do nothing
