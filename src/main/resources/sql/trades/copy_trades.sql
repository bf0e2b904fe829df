-- Takes rows that are new; one that is there already fails them all, and they are merged instead.
copy trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed) from stdin (format binary)
