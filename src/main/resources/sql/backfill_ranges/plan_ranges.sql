-- Enters each range of the plan once; one that is there already keeps what is known of it.
insert into backfill_ranges (source, feed, dataset, timeframe, symbols, from_date, to_date, from_ts, to_ts, sessions)
select :?source, :?feed, :?dataset, :?timeframe, symbols, from_date, to_date, from_ts, to_ts, sessions
from jsonb_to_recordset(:?ranges::jsonb) as planned (symbols text, from_date date, to_date date,
  from_ts timestamptz, to_ts timestamptz, sessions integer)
on conflict on constraint backfill_ranges_is_planned_once do nothing
