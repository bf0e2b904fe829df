-- Takes rows that are new, with what has become of each; one that is there already fails them all, and they are merged by store_trades instead.
copy trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed, status) from stdin (format binary)
