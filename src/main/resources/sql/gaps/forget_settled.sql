-- Gaps that were settled more than so many days ago are forgotten, 20,000 at a time; open and abandoned ones stay. 0 keeps all.
-- So do those of receipts that miss bars or are to be counted, and those that the stream's watermark has not passed: they say
-- which missed sessions are owed already.
with gone as (
  delete from gaps d
  where d.gap_id in (
    select g.gap_id
    from gaps g
    where :?days::integer > 0 and g.status in ('filled', 'no_trades')
      and g.closed_at < :?now::timestamptz - make_interval(days => :?days::integer)
      and not exists (
        select from receipts r
        where r.source = g.source and r.feed = g.feed and r.dataset = g.dataset and r.symbol = g.symbol
          and r.timeframe = g.timeframe and (r.missing > 0 or r.counted_at is null)
          and r.opens_at < g.to_ts and r.closes_at > g.from_ts)
      and not exists (
        select from stream_watermarks w
        where w.source = g.source and w.feed = g.feed and w.stored_to < g.to_ts)
    order by g.closed_at
    limit 20000)
  returning d.closed_at
)
select count(*) = 20000 as more, record_dropped(:?run_id::bigint, 'gaps', count(*), min(closed_at), max(closed_at)) from gone
