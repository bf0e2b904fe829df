-- Closes each open gap that the full answer settles, once: filled by stored rows, else no_trades where Alpaca's word is that the symbol was listed then, and still is.
-- What was asked for sooner than 15 s after its end proves nothing: read_at is when the first page was asked for.
-- Each gap is looked into once, however the rows of gaps are joined.
with settled as materialized (
  select g.gap_id, g.symbol, g.from_ts, g.to_ts, case
      -- A trade is the same trade in every feed; nothing else is. A bar's range is that which was asked for.
      when case g.dataset
          when 'trades' then exists (select from trades t
            where t.symbol = g.symbol and t.ts between g.from_ts and g.to_ts
              -- It was asked for wholly, and no other month is looked into.
              and t.ts between :?start::timestamptz and :?end::timestamptz)
          -- Of a correction the trades of its day were read, as they are now.
          when 'corrections' then exists (select from trades t
            where t.symbol = g.symbol and t.ts between :?start::timestamptz and :?end::timestamptz)
          when 'quotes' then exists (select from quotes q
            where q.symbol = g.symbol and q.feed = g.feed and q.ts between g.from_ts and g.to_ts
              and q.ts between :?start::timestamptz and :?end::timestamptz)
          else exists (select from bars b
            where b.source = g.source and b.feed = g.feed and b.symbol = g.symbol and b.timeframe = g.timeframe
              and b.ts between :?start::timestamptz and :?end::timestamptz)
        end then 'filled'
      when g.symbol <> all (string_to_array(:?malformed, ','))
        -- Of a name that is gone when it is asked for an answer says nothing.
        and alpaca_listed(g.symbol, g.from_ts, greatest(g.to_ts, :?read_at::timestamptz)) then 'no_trades'
    end as status
  from gaps g
  where g.gap_id = any (string_to_array(:?gaps, ',')::bigint[])
    and g.to_ts <= :?read_at::timestamptz - interval '15 s'
    and g.symbol = any (string_to_array(:?unserved, ','))
)
update gaps
set status = settled.status, closed_at = now(), last_error = null
from settled
where gaps.gap_id = settled.gap_id and gaps.status = 'open' and settled.status is not null
  -- A rename that was committed meanwhile made another question of it.
  and (gaps.symbol, gaps.from_ts, gaps.to_ts) = (settled.symbol, settled.from_ts, settled.to_ts)
returning gaps.gap_id, gaps.dataset, gaps.symbol, gaps.status, gaps.last_error
