-- Opens an incident for whatever is wrong and has none open, and clears those whose condition has been gone for a while; every address is owed a message of each, once.
with wrong as (
  select 'flow-failing' as what, f.flow as subject, f.since,
    case f.failures when 1 then 'The last run failed: ' else f.failures || ' runs in a row failed. The last one: ' end
      || f.error as detail,
    f.failures >= :?failures::integer or coalesce(f.last_success, f.since) < now() - interval '24 hours' as ripe
  from failing_flows f
  union all
  select s.what, s.subject, min(s.since), (array_agg(s.detail order by s.since))[1],
    min(s.since) <= now() - case s.what
      when 'source-down' then interval '5 minutes'
      when 'budget-used-up' then interval '5 minutes'
      when 'stream-down' then interval '2 minutes'
      else interval '30 s' end
  from alert_signals s
  group by 1, 2
  union all
  select 'gap-abandoned', concat_ws(' ', g.source, nullif(g.feed, '-'), g.dataset, g.day), g.since,
    format('%s of %s abandoned. The last one: %s', case g.gaps when 1 then '1 gap' else g.gaps || ' gaps' end,
      case g.symbols when 1 then '1 symbol' else g.symbols || ' symbols' end, g.error),
    -- Of what was given up long ago a person knows.
    g.newest > now() - interval '7 days'
  from given_up_gaps g
  union all
  select 'receipt-missing', r.source || ' ' || r.session, r.since,
    format('%s missing, of %s: %s%s', case r.missing when 1 then '1 bar is' else r.missing || ' bars are' end,
      case r.symbols when 1 then '1 symbol' else r.symbols || ' symbols' end, array_to_string(r.some, ', '),
      case when r.symbols > 5 then ', ...' else '' end),
    r.session > current_date - 10
  from missing_receipts r
  union all
  select 'dead-letters', 'dead letters', min(l.first_failed_at),
    format('%s in the last hour. The last one, of %s: %s', count(*),
      (array_agg(l.route_id order by l.failed_at desc))[1], (array_agg(l.reason order by l.failed_at desc))[1]),
    true
  from dead_letters l
  where l.failed_at > now() - interval '1 hour' and l.replayed_at is null
  having count(*) > :?letters::integer
  union all
  select 'rows-without-month', m.of_table, now(),
    format('%s of %s, from %s to %s, lie in no month.', case m.rows when 1 then '1 row' when 1000 then 'At least 1000 rows'
      else m.rows || ' rows' end, m.of_table, to_char(m.first_ts at time zone 'UTC', 'YYYY-MM-DD'),
      to_char(m.last_ts at time zone 'UTC', 'YYYY-MM-DD')),
    true
  from rows_without_month m
  union all
  select 'node-gone', g.member, g.since,
    format('Node %s on %s was seen last at %s.', g.member, g.host, to_char(g.since at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')),
    -- Whoever looks after it starts it again before.
    g.since <= now() - interval '2 minutes'
  from gone_nodes g
  union all
  select 'not-running', to_char(a.from_ts at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), a.from_ts,
    format('Not running until %s: %s minutes of regular trading.',
      to_char(a.to_ts at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), a.session_minutes),
    true
  from open_absences a
),
addresses as (
  select address from jsonb_array_elements_text(:?addresses::jsonb) as address
),
opened as (
  insert into alerts (what, subject, detail, opened_at)
  select what, subject, detail, since from wrong where ripe
  on conflict (what, subject) where cleared_at is null do nothing
  returning alert_id, what, subject
),
looked_at as (
  update alerts a
  set absent_since = case when gone then coalesce(a.absent_since, now()) end,
    cleared_at = case
      when gone and coalesce(a.absent_since, now()) <= now() - make_interval(secs => :?calm_s::double precision)
      then greatest(now(), a.opened_at) end
  from (
    select o.alert_id, not exists (select from wrong w where w.what = o.what and w.subject = o.subject) as gone
    from alerts o
    where o.cleared_at is null
  ) as now_seen
  where a.alert_id = now_seen.alert_id and (gone or a.absent_since is not null)
  returning a.alert_id, a.what, a.subject, a.cleared_at
),
owed as (
  insert into alert_messages (alert_id, kind, address)
  select opened.alert_id, 'opened', address from opened cross join addresses
  union all
  -- An address that is new is told of what is wrong already.
  select a.alert_id, 'opened', address
  from alerts a cross join addresses
  where a.cleared_at is null
    and not exists (select from looked_at c where c.alert_id = a.alert_id and c.cleared_at is not null)
  union all
  select c.alert_id, 'cleared', m.address
  from looked_at c
    join alert_messages m on m.alert_id = c.alert_id and m.kind = 'opened'
  where c.cleared_at is not null
  on conflict do nothing
)
select 'opened' as change, what, subject from opened
union all
select 'cleared', what, subject from looked_at where cleared_at is not null
