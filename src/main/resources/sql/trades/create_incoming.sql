-- The place where rows wait to be merged: of this connection alone, and empty after each transaction.
create temporary table if not exists incoming_trades (like trades including defaults) on commit delete rows
