-- A receipt of an old name that misses something is counted under the new one, under which it is repaired; one after the rename is owed by the new one alone.
with begun as (
  select *, coalesce(renamed_on, (seen_at at time zone 'America/New_York')::date + 1) as since
  from begun_symbols(:?begun::jsonb, :?at::timestamptz)
  where before <> symbol
),
owed as (
  select r.*, b.symbol as begun,
    -- What a person removed is owed by the receipts that it has, and by no others.
    r.session >= b.since and r.stored = 0 and removed_at(b.before, :?at::timestamptz) is null as renamed,
    exists (select from receipts n
      where n.source = r.source and n.feed = r.feed and n.dataset = r.dataset and n.symbol = b.symbol
        and n.timeframe = r.timeframe and n.session = r.session) as counted
  from receipts r
    join begun b on b.before = r.symbol
  -- A day without a trade is settled by what Alpaca has proved of the old name.
  where not (r.source = 'yahoo' and exists (select from proofs p
    where p.source = 'alpaca' and p.dataset = 'bars' and p.symbol = r.symbol and p.timeframe = '1Day'
      and p.opens_at = r.opens_at and p.quiet @> 0))
),
gone as (
  delete from receipts r
  using owed o
  -- Alpaca's of the new name are entered next, whichever sessions the old one had.
  where o.renamed and (o.source = 'alpaca' or o.counted)
    and r.source = o.source and r.feed = o.feed and r.dataset = o.dataset and r.symbol = o.symbol
    and r.timeframe = o.timeframe and r.session = o.session
)
update receipts r
set symbol = o.begun, stored = 0, no_trade = 0, missing = r.expected, counted_at = null
from owed o
where r.missing > 0 and not o.counted and not (o.renamed and o.source = 'alpaca')
  and r.source = o.source and r.feed = o.feed and r.dataset = o.dataset and r.symbol = o.symbol
  and r.timeframe = o.timeframe and r.session = o.session
