-- The symbols of the 50 newest gaps of Yahoo's daily bars that are due, each symbol once with all its gaps.
select symbol, yahoo_symbol, string_agg(gap_id::text, ',' order by gap_id) as gaps,
  (min(from_ts) at time zone zone)::date::text as from_date
from (
  select g.gap_id, g.symbol, g.from_ts, g.to_ts, coalesce(s.yahoo_symbol, yahoo_spelling(g.symbol)) as yahoo_symbol,
    coalesce(s.time_zone, 'America/New_York') as zone
  from gaps g
    left join symbols s on s.symbol = g.symbol
  where g.source = 'yahoo' and g.dataset = 'bars' and g.timeframe = '1Day' and g.status = 'open'
    -- No wait is longer than a day: a clock was wrong when it began.
    and (g.next_try_at <= :?now::timestamptz or g.next_try_at > :?now::timestamptz + interval '1 day')
    and g.to_ts <= :?earliest::timestamptz - interval '15 s'
  order by g.to_ts desc, g.symbol
  limit 50
) as due
group by symbol, yahoo_symbol, zone
order by max(to_ts) desc, symbol
