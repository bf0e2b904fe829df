-- A receipt of Alpaca's of an old name that misses something is counted under the new one, under which it is repaired; one after the rename is owed by the new one alone.
with begun as (
  select *, coalesce(renamed_on, (seen_at at time zone 'America/New_York')::date + 1) as since
  from begun_symbols(:?begun::jsonb, :?at::timestamptz)
  where before <> symbol
),
gone as (
  delete from receipts r
  using begun b
  where r.symbol = b.before and r.source = 'alpaca' and r.session >= b.since and r.stored = 0
  returning r.source, r.feed, r.dataset, r.symbol, r.timeframe, r.session
)
update receipts r
set symbol = b.symbol, stored = 0, no_trade = 0, missing = r.expected, counted_at = null
from begun b
where r.symbol = b.before and r.source = 'alpaca' and r.missing > 0
  and not (r.session >= b.since and r.stored = 0)
  and not exists (select from receipts n
    where n.source = r.source and n.feed = r.feed and n.dataset = r.dataset and n.symbol = b.symbol
      and n.timeframe = r.timeframe and n.session = r.session)
