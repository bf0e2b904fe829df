-- Every row that waits stands once, under its key; one that is there already is not touched.
insert into quotes (symbol, ts, nanos, bid_exchange, bid_price, bid_size, ask_exchange, ask_price, ask_size, conditions, tape, feed)
select symbol, ts, nanos, bid_exchange, bid_price, bid_size, ask_exchange, ask_price, ask_size, conditions, tape, feed
from incoming_quotes
on conflict on constraint quotes_one_row_a_quote do nothing
