-- One price a symbol and time of the market; the provider's latest word on that time stands.
insert into price_snapshots (source, symbol, ts, price, volume, currency)
select source, symbol, ts, price, volume, currency
from jsonb_to_recordset(:?rows::jsonb) as served (source text, symbol text, ts timestamptz, price numeric,
  volume numeric, currency text)
on conflict on constraint price_snapshots_one_row_a_time do update
set price = excluded.price, volume = excluded.volume, currency = excluded.currency, stored_at = now()
where (price_snapshots.price, price_snapshots.volume, price_snapshots.currency)
  is distinct from (excluded.price, excluded.volume, excluded.currency)
