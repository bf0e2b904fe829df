-- Withdraws each waiting gap of a time at which its symbol was not listed, since nothing is owed then: a receipt of it that has nothing goes too, any other is counted again, so that it says why it is short.
with withdrawn as (
  delete from gaps g
  where g.source = 'alpaca' and g.status = 'open' and g.empty_at is not null
    and g.to_ts <= g.empty_at - interval '15 s'
    and (alpaca_unlisted(g.symbol, g.from_ts, g.to_ts)
      -- Caravan has left Alpaca out by itself, since no list ever had it.
      or exists (select from symbols s
        where s.symbol = g.symbol and s.alpaca_id is null and not 'alpaca' = any (s.sources)
          and not exists (select from listings l where l.symbol = s.symbol)))
  returning g.*
),
receipts_withdrawn as (
  delete from receipts r
  using withdrawn w
  where r.source = w.source and r.feed = w.feed and r.dataset = w.dataset and r.symbol = w.symbol
    -- A gap that went on was cut into parts, none of which may be as long as the session.
    and r.timeframe = w.timeframe and r.stored = 0 and r.opens_at < w.to_ts and r.closes_at > w.from_ts
    and alpaca_unlisted(r.symbol, r.opens_at, r.closes_at)
),
receipts_marked as (
  update receipts r
  set counted_at = null
  from withdrawn w
  where r.source = w.source and r.feed = w.feed and r.dataset = w.dataset and r.symbol = w.symbol
    and r.timeframe = w.timeframe and r.opens_at < w.to_ts and r.closes_at > w.from_ts and r.missing > 0
    and not (r.stored = 0 and alpaca_unlisted(r.symbol, r.opens_at, r.closes_at))
)
select symbol, count(*)::integer as gaps, min(from_ts) as from_ts from withdrawn group by symbol order by symbol
