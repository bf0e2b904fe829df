-- The answer replaces all that was known between its first and its last session, in one statement; a session that is the same is not touched.
with told as (
  select date as session, open, close, first as session_open, last as session_close
  from jsonb_to_recordset(:?rows::jsonb)
    as told (date date, open timestamptz, close timestamptz, first timestamptz, last timestamptz)
),
gone as (
  delete from market_calendar
  where session between (select min(session) from told) and (select max(session) from told)
    and session not in (select session from told)
)
insert into market_calendar (session, open, close, session_open, session_close, source, read_at)
select session, open, close, session_open, session_close, 'alpaca', :?read_at::timestamptz
from told
on conflict on constraint market_calendar_one_row_a_session do update
set open = excluded.open, close = excluded.close, session_open = excluded.session_open,
  session_close = excluded.session_close, source = excluded.source, read_at = excluded.read_at
where (market_calendar.open, market_calendar.close, market_calendar.session_open, market_calendar.session_close)
  is distinct from (excluded.open, excluded.close, excluded.session_open, excluded.session_close)
