-- All sessions that are known, oldest first, as one JSON array; empty where nothing was told.
select coalesce(jsonb_agg(jsonb_build_object('session', session, 'open', open, 'close', close,
    'session_open', session_open, 'session_close', session_close) order by session), '[]')::text as sessions
from market_calendar
