-- Takes rows that may be there already.
copy incoming_trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed) from stdin (format binary)
