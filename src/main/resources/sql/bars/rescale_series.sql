-- Bars that a new whole answer lacks: divided by the factor of all others, or taken out where there is none or they are suspect; the old ones are kept as revisions.
with answer as (
  select ts from jsonb_to_recordset(:?rows::jsonb) as served (ts timestamptz)
), suspect as (
  select ts from jsonb_to_recordset(:?suspects::jsonb) as refused (ts timestamptz)
), lacking as (
  select b.ts, b.ts in (select ts from suspect) or :?factor::text is null as gone
  from bars b
  where b.source = :?source and b.feed = '-' and b.symbol = :?symbol and b.timeframe = '1Day'
    and b.ts not in (select ts from answer)
    and (b.ts in (select ts from suspect) or coalesce(:?factor::numeric, 0) <> 1)
), removed as (
  delete from bars b using lacking l
  where l.gone and b.source = :?source and b.feed = '-' and b.symbol = :?symbol and b.timeframe = '1Day' and b.ts = l.ts
  returning b.*
), kept as (
  insert into bar_revisions (source, feed, symbol, timeframe, ts, revision, open, high, low, close, volume,
    trade_count, vwap, final, adjusted_as_of, stored_at)
  select r.source, r.feed, r.symbol, r.timeframe, r.ts,
    greatest(r.revision, coalesce((select max(v.revision) + 1 from bar_revisions v
      where v.source = r.source and v.feed = r.feed and v.symbol = r.symbol and v.timeframe = r.timeframe
        and v.ts = r.ts), 0)),
    r.open, r.high, r.low, r.close, r.volume, r.trade_count, r.vwap, r.final, r.adjusted_as_of, r.stored_at
  from removed r
)
update bars b
set open = trim_scale(round(b.open / :?factor::numeric, 10)), high = trim_scale(round(b.high / :?factor::numeric, 10)),
  low = trim_scale(round(b.low / :?factor::numeric, 10)), close = trim_scale(round(b.close / :?factor::numeric, 10)),
  volume = case when :?by_split::boolean then trim_scale(round(b.volume * :?factor::numeric, 6)) else b.volume end,
  adjusted_as_of = :?read_at::timestamptz
from lacking l
where not l.gone and b.source = :?source and b.feed = '-' and b.symbol = :?symbol and b.timeframe = '1Day' and b.ts = l.ts
