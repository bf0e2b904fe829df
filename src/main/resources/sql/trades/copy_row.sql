-- Takes a row as a dead letter keeps it, which may be there already.
copy incoming_trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed) from stdin
