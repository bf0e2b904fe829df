-- What is owed under an old name is owed under the new one, to which each source's history has moved; asked for anew, none is lost.
update gaps g
set symbol = b.symbol, to_ts = coalesce(g.to_ts, greatest(g.from_ts, :?at::timestamptz)), empty_at = null,
  next_try_at = :?at::timestamptz, reason = g.reason || ', as ' || b.before
from begun_symbols(:?begun::jsonb, :?at::timestamptz) b
where b.before <> b.symbol and g.symbol = b.before and g.status = 'open' and g.feed <> 'test'
  and g.from_ts < :?at::timestamptz
  -- A day without a trade is settled by what Alpaca has proved of the old name.
  and not (g.source = 'yahoo' and exists (select from proofs p
    where p.source = 'alpaca' and p.dataset = 'bars' and p.symbol = b.before and p.timeframe = '1Day'
      and p.opens_at = g.from_ts and p.quiet @> 0))
