-- Takes a row as a dead letter keeps it, which may be there already.
copy incoming_quotes (symbol, ts, nanos, bid_exchange, bid_price, bid_size, ask_exchange, ask_price, ask_size, conditions, tape, feed) from stdin
