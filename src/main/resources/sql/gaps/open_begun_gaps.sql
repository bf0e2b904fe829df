-- What the stream owes of each symbol that Caravan began by itself is one gap a dataset: from where the rows before end to where the stream delivers it.
with begun as (
  select b.symbol, b.before, b.seen_at,
    -- Whoever has the old name now, its rows from then on are not this company's.
    coalesce(b.renamed_on::timestamp at time zone 'America/New_York',
      case when b.before <> b.symbol and exists (
        select from listed_assets o where o.symbol = b.before and o.status = 'active') then b.seen_at end,
      'infinity') as ends_before,
    -- What a person removed is owed until then, if it was renamed by then, and no list knew of it.
    removed_at(b.before, :?clock::timestamptz + (clock_timestamp() - :?said::timestamptz)) as removed_at,
    greatest(b.renamed_on::timestamp at time zone 'America/New_York',
      (select max(read_at) from symbol_lists where source = 'alpaca' and read_at < :?at::timestamptz)) as renamed_after
  from begun_symbols(:?begun::jsonb, :?at::timestamptz) b
),
lost as (
  select b.symbol, b.before, channel.dataset, channel.timeframe,
    greatest(:?at::timestamptz - interval '370 days',
      least(coalesce(stored.ends_at, b.seen_at, :?at::timestamptz), :?at::timestamptz)) as from_ts,
    least(coalesce(covered.since, case when not :?open::boolean then :?until::timestamptz end), b.removed_at) as to_ts
  from begun b
    cross join jsonb_to_recordset(:?datasets::jsonb) as channel (dataset text, timeframe text)
    cross join lateral (
      select case channel.dataset
          when 'quotes' then (
            select max(q.ts) from quotes q where q.symbol = b.before and q.feed = :?feed and q.ts < b.ends_before)
          when 'bars' then (
            select max(k.ts) + interval '1 min' from bars k
            where k.source = 'alpaca' and k.feed = :?feed and k.symbol = b.before and k.timeframe = channel.timeframe
              and k.ts < b.ends_before)
          -- What is said of trades, and of trading, is said as long as there is some.
          else (select max(t.ts) from trades t where t.symbol = b.before and t.ts < b.ends_before)
        end as ends_at) as stored
    left join stream_coverage covered on covered.source = 'alpaca' and covered.feed = :?feed
      and covered.dataset = channel.dataset and covered.symbol = b.symbol and covered.timeframe = channel.timeframe
  where b.removed_at is null or b.removed_at > b.renamed_after
)
insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, reason)
select 'alpaca', :?feed, dataset, symbol, timeframe, from_ts, to_ts,
  case when before = symbol then 'Alpaca lists it again' else 'renamed from ' || before end
from lost
where coalesce(to_ts, 'infinity') > from_ts
on conflict (source, feed, dataset, symbol, timeframe) where status = 'open' and to_ts is null do update
set from_ts = least(gaps.from_ts, excluded.from_ts)
