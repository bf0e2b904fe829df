-- Takes rows that are new; one that is there already fails them all, and they are merged instead.
copy quotes (symbol, ts, nanos, bid_exchange, bid_price, bid_size, ask_exchange, ask_price, ask_size, conditions, tape, feed) from stdin (format binary)
