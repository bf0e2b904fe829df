-- Each gap that Alpaca is to be asked for says that it waits for the keys, once; it is due as soon as they are there.
update gaps
set last_error = 'Alpaca is not asked without keys: see caravan.alpaca.key-id and caravan.alpaca.secret-key'
where source = 'alpaca' and status = 'open' and to_ts is not null
  and last_error is distinct from 'Alpaca is not asked without keys: see caravan.alpaca.key-id and caravan.alpaca.secret-key'
