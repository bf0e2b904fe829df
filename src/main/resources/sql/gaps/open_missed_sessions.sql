-- A session that began after the stream's newest stored row passed without the stream: it is owed, once a symbol and dataset, up to where the stream delivers it.
with owed as (
  select symbol, null::timestamptz as until from symbols where status = 'active' and 'alpaca' = any (sources)
  union all
  -- What was removed meanwhile is owed until then.
  select s.symbol, max(c.changed_at)
  from symbols s
    join symbol_changes c on c.symbol = s.symbol and c.what = 'status' and c.new_value = 'inactive'
  where s.status = 'inactive' and s.status_by = 'person' and 'alpaca' = any (s.sources)
  group by s.symbol
),
lost as (
  select channel.dataset, s.symbol, channel.timeframe, missed.session, missed.from_ts,
    least(missed.to_ts, s.until, covered.since) as to_ts
  from stream_watermarks w
    join jsonb_to_recordset(:?sessions::jsonb) as missed (session date, from_ts timestamptz, to_ts timestamptz)
      on missed.from_ts > w.stored_to
    cross join jsonb_to_recordset(:?datasets::jsonb) as channel (dataset text, timeframe text)
    join owed s on s.until is null or s.until > missed.from_ts
    left join stream_coverage covered on covered.source = 'alpaca' and covered.feed = :?feed
      and covered.dataset = channel.dataset and covered.symbol = s.symbol and covered.timeframe = channel.timeframe
  where w.source = 'alpaca' and w.feed = :?feed and owns_stream(:?feed, :?epoch::bigint)
    and missed.from_ts >= retained_since(case when channel.dataset in ('bars', 'quotes') then channel.dataset else 'trades' end)
    -- Of a session of which nothing was delivered the trades are read as they were corrected.
    and (channel.dataset <> 'corrections' or missed.to_ts is null
      or not :?datasets::jsonb @> '[{"dataset": "trades"}]')
)
insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, reason, next_try_at)
select 'alpaca', :?feed, dataset, symbol, timeframe, from_ts, to_ts, 'Caravan did not run in the session of ' || session,
  :?at::timestamptz
from lost
where coalesce(to_ts, 'infinity') > from_ts
  and not exists (
    select from gaps g
    where g.source = 'alpaca' and g.feed = :?feed and g.dataset = lost.dataset and g.symbol = lost.symbol
      and g.timeframe = lost.timeframe and g.from_ts <= lost.from_ts
      and (g.to_ts is null or g.to_ts >= lost.to_ts))
on conflict (source, feed, dataset, symbol, timeframe) where status = 'open' and to_ts is null do update
-- One that goes on already may have begun later than this.
set from_ts = excluded.from_ts where excluded.from_ts < gaps.from_ts
