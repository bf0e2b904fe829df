-- Closes each open gap of which a bar stands in the table; that Yahoo serves none proves nothing, and leaves it open.
-- What was asked for sooner than 15 s after its end, at read_at, proves nothing either.
update gaps g
set status = 'filled', closed_at = now(), last_error = null
where g.gap_id = any (string_to_array(:?gaps, ',')::bigint[]) and g.status = 'open'
  and g.to_ts <= :?read_at::timestamptz - interval '15 s'
  and exists (
    select from bars b
    where b.source = g.source and b.feed = g.feed and b.symbol = g.symbol and b.timeframe = g.timeframe
      and b.ts >= g.from_ts and b.ts < g.to_ts)
returning g.gap_id, g.dataset, g.symbol, g.status, g.last_error
