-- What is merged waits no longer.
delete from incoming_trades
