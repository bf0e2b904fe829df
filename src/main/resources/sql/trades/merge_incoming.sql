-- Every row that waits stands once, under its key; one that is there already is not touched.
insert into trades (symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed)
select symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed
from incoming_trades
on conflict on constraint trades_one_row_a_trade do nothing
