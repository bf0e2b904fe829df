-- What could not be read or stored was of these symbols, or may have been of all: each becomes a gap, which grows while more of it comes.
with owed as (
  select distinct c.dataset, c.symbol, c.timeframe, greatest(c.since, :?from::timestamptz) as from_ts
  from stream_coverage c
    join jsonb_to_recordset(:?unread::jsonb) as unread (symbol text, dataset text)
      on (unread.dataset is null or unread.dataset = c.dataset)
        and (unread.symbol is null or unread.symbol = c.symbol
          -- A symbol that is not delivered is none.
          or not exists (
            select from stream_coverage known
            where known.source = 'alpaca' and known.feed = :?feed and known.symbol = unread.symbol))
  where c.source = 'alpaca' and c.feed = :?feed
),
grown as (
  update gaps g
  set to_ts = greatest(g.to_ts, :?at::timestamptz)
  from owed
  where g.source = 'alpaca' and g.feed = :?feed and g.dataset = owed.dataset and g.symbol = owed.symbol
    and g.timeframe = owed.timeframe and g.reason = :?reason
    and (g.status = 'open' or not has_history(g.source, g.feed, g.dataset, g.timeframe))
    -- The repair reads none that is so young.
    and g.to_ts > :?at::timestamptz - interval '10 s'
  returning g.dataset, g.symbol, g.timeframe
)
insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, reason, next_try_at)
select 'alpaca', :?feed, dataset, symbol, timeframe, from_ts, greatest(from_ts, :?at::timestamptz),
  :?reason, :?at::timestamptz
from owed
where (dataset, symbol, timeframe) not in (select dataset, symbol, timeframe from grown)
