-- Says that a Caravan works here, and enters the regular trading in which none did: for longer than five minutes no process was seen, and this one was not awake either.
with now_seen as (
  insert into alert_watch as watch (seen_at) values (now())
  on conflict on constraint alert_watch_one_row do update set seen_at = greatest(watch.seen_at, excluded.seen_at)
),
away as (
  -- The row as it was before.
  select greatest(seen_at, now() - make_interval(secs => :?awake_s::double precision)) as from_ts, now() as to_ts
  from alert_watch
),
missed as (
  select away.from_ts, away.to_ts,
    floor(sum(extract(epoch from least(s.close, away.to_ts) - greatest(s.open, away.from_ts))) / 60)::integer as minutes
  from away
    join jsonb_to_recordset(:?sessions::jsonb) as s (open timestamptz, close timestamptz)
      on s.open < away.to_ts and s.close > away.from_ts
  where away.to_ts - away.from_ts > interval '5 minutes'
  group by 1, 2
)
insert into absences (from_ts, to_ts, session_minutes)
select from_ts, to_ts, minutes from missed where minutes >= 5
on conflict do nothing
