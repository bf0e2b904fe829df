-- A bar that is stored is no suspect any more, and its letters are settled.
with released as (
  delete from quarantined_bars q
  using jsonb_to_recordset(:?rows::jsonb) as s (source text, feed text, symbol text, timeframe text, ts timestamptz)
  where q.source = s.source and q.feed = s.feed and q.symbol = s.symbol and q.timeframe = s.timeframe and q.ts = s.ts
  returning q.symbol, q.ts
)
update dead_letters d
set replayed_at = now()
from released r
where d.symbol = r.symbol and d.replayed_at is null and d.reason like 'price jump: %'
  and position(format(' of %s at %s ', r.symbol, to_char(r.ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) in d.reason) > 0
