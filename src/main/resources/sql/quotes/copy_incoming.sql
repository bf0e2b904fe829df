-- Takes rows that may be there already.
copy incoming_quotes (symbol, ts, nanos, bid_exchange, bid_price, bid_size, ask_exchange, ask_price, ask_size, conditions, tape, feed) from stdin (format binary)
