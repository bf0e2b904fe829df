-- The list as it was served, and nothing of the one before.
with emptied as (
  delete from listed_assets
)
insert into listed_assets (symbol, id, name, exchange, status, tradable)
select symbol, id, name, exchange, status, tradable
from jsonb_to_recordset(:?assets::jsonb)
  as asset (symbol text, id text, name text, exchange text, status text, tradable boolean)
