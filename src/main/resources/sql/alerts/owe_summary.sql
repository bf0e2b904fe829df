-- Owes each address one summary of what happened since the last one, of a week at the most, however many processes ask for it in that minute.
with period as (
  select greatest(now() - interval '7 days',
    coalesce((select max(owed_at) from alert_messages where kind = 'summary'), now() - interval '1 day')) as since
),
runs as (
  select count(*) filter (where r.status = 'succeeded') as succeeded, count(*) filter (where r.status = 'partial') as partial,
    count(*) filter (where r.status in ('failed', 'interrupted')) as failed
  from flow_runs r, period
  where r.started_at > period.since
),
session as (
  select r.session, sum(r.expected) as expected, sum(r.stored) as stored, sum(r.no_trade) as no_trade, sum(r.missing) as missing
  from receipts r
  where r.session = (select max(session) from receipts)
  group by 1
),
ledger as (
  select count(*) filter (where g.opened_at > period.since) as opened,
    count(*) filter (where g.status in ('filled', 'no_trades') and g.closed_at > period.since) as repaired,
    count(*) filter (where g.status = 'abandoned' and g.closed_at > period.since) as abandoned,
    count(*) filter (where g.status = 'open') as open
  from gaps g, period
),
text as (
  select period.since, concat_ws(E'\n',
    format('What came: %s runs succeeded, %s were partial, %s failed.', runs.succeeded, runs.partial, runs.failed),
    (select format('Session %s: %s of %s bars are stored, %s had no trade, %s are missing.', session, stored, expected,
        no_trade, missing) from session),
    format('Gaps: %s opened, %s repaired, %s abandoned; %s are open.', ledger.opened, ledger.repaired, ledger.abandoned,
      ledger.open),
    format('Dead letters: %s.', (select count(*) from dead_letters l where l.failed_at > period.since)),
    coalesce('Open alerts: ' || (select string_agg(a.what || ' ' || a.subject, ', ' order by a.alert_id) from alerts a
      where a.cleared_at is null) || '.', 'No alert is open.')) as detail
  from period, runs, ledger
),
owed as (
  insert into alerts (what, subject, detail, opened_at, cleared_at)
  select 'summary', to_char(now() at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), detail, since, now() from text
  on conflict (subject) where what = 'summary' do nothing
  returning alert_id
)
insert into alert_messages (alert_id, kind, address)
select alert_id, 'summary', address
from owed cross join jsonb_array_elements_text(:?addresses::jsonb) as address
