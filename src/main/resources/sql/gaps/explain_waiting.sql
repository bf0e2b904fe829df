-- Says of each waiting gap what the newest list says of its symbol.
update gaps g
set last_error = alpaca_waiting_reason(g.symbol)
where g.source = 'alpaca' and g.status = 'open' and g.empty_at is not null
  and g.last_error is distinct from alpaca_waiting_reason(g.symbol)
