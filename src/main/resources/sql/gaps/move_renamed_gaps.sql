-- What is owed under an old name is owed under the new one, to which Alpaca's history has moved; asked for anew, none is lost.
update gaps g
set symbol = b.symbol, to_ts = coalesce(g.to_ts, greatest(g.from_ts, :?at::timestamptz)), empty_at = null,
  next_try_at = :?at::timestamptz, reason = g.reason || ', as ' || b.before
from begun_symbols(:?begun::jsonb, :?at::timestamptz) b
where b.before <> b.symbol and g.symbol = b.before and g.source = 'alpaca' and g.status = 'open' and g.feed <> 'test'
  and g.from_ts < :?at::timestamptz
