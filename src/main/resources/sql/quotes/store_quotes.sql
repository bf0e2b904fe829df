-- Each quote stands once; one that is there already is not touched.
insert into quotes (symbol, ts, nanos, bid_exchange, bid_price, bid_size, ask_exchange, ask_price, ask_size,
  conditions, tape, feed)
select symbol, ts, nanos, bid_exchange, bid_price, bid_size, ask_exchange, ask_price, ask_size, conditions, tape, feed
from jsonb_to_recordset(:?rows::jsonb) as served (symbol text, ts timestamptz, nanos smallint, bid_exchange text,
  bid_price numeric, bid_size numeric, ask_exchange text, ask_price numeric, ask_size numeric, conditions text[],
  tape text, feed text)
on conflict on constraint quotes_one_row_a_quote do nothing
