-- Of a symbol's series its oldest date, its currency, whether it may be on several scales, its edition, which each change of it changes, and the bars between two times, as JSON; one row.
select s.currency,
  exists (select from mixed_series m where m.source = :?source and m.symbol = :?symbol) as mixed,
  (select (min(b.ts) at time zone :?zone)::date::text from bars b
    where b.source = :?source and b.feed = '-' and b.symbol = :?symbol and b.timeframe = '1Day') as oldest,
  (select concat_ws(' ', count(*), max(b.stored_at), max(b.adjusted_as_of)) from bars b
    where b.source = :?source and b.feed = '-' and b.symbol = :?symbol and b.timeframe = '1Day') as edition,
  (select coalesce(json_agg(json_build_object('ts', to_char(b.ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'open', b.open::text, 'high', b.high::text, 'low', b.low::text, 'close', b.close::text, 'final', b.final,
      'as_of', to_char(b.adjusted_as_of at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) order by b.ts), '[]')::text
    from bars b
    where b.source = :?source and b.feed = '-' and b.symbol = :?symbol and b.timeframe = '1Day'
      and b.ts between :?first::timestamptz and :?last::timestamptz) as stored
from (select) one
left join symbols s on s.symbol = :?symbol
