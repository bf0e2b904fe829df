-- Each of these open gaps of which a full answer has no row waits for Alpaca's word that its symbol was listed then; it is not asked for again.
update gaps g
set empty_at = :?read_at::timestamptz, next_try_at = 'infinity', waits = waits + 1, counted = false,
  last_error = alpaca_waiting_reason(g.symbol)
where g.gap_id = any (string_to_array(:?gaps, ',')::bigint[]) and g.status = 'open'
  and g.symbol = any (string_to_array(:?unserved, ','))
  and g.symbol <> all (string_to_array(:?malformed, ','))
  and g.to_ts <= :?read_at::timestamptz - interval '15 s'
returning gap_id, dataset, symbol, status, last_error,
  exists (select from symbols s where s.symbol = g.symbol and s.status = 'active') as wanted
