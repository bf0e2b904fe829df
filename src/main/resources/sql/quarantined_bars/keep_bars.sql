-- Each suspect bar stands once, and is counted when it is seen again; its letter stays the one that it had, as long as its price does.
with refused as (
  select distinct on (bar.source, bar.feed, bar.symbol, bar.timeframe, bar.ts)
    bar.source, bar.feed, bar.symbol, bar.timeframe, bar.ts, bar.close, r.reason, r.payload
  from jsonb_to_recordset(:?refused::jsonb) as r (symbol text, reason text, payload text)
  cross join lateral jsonb_to_recordset(r.payload::jsonb) as bar (source text, feed text, symbol text,
    timeframe text, ts timestamptz, close numeric)
)
insert into quarantined_bars as q (source, feed, symbol, timeframe, ts, close, reason, payload)
select source, feed, symbol, timeframe, ts, close, reason, payload from refused
on conflict on constraint quarantined_bars_one_row_a_bar do update
set times = q.times + 1, seen_at = now(), close = excluded.close,
  reason = case when q.close = excluded.close then q.reason else excluded.reason end,
  payload = case when q.close = excluded.close then q.payload else excluded.payload end
returning symbol, reason, payload, nullif(feed, '-') as feed, case when feed <> '-' then timeframe end as timeframe
