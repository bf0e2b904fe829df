-- What a person is told of: incidents, who is owed which message about them, and what is wrong now.

create table alerts (
  alert_id bigint generated always as identity,
  what text not null,
  subject text not null,
  detail text not null,
  opened_at timestamptz not null,
  told_at timestamptz,
  absent_since timestamptz,
  cleared_at timestamptz,
  cleared_told_at timestamptz,
  constraint alerts_one_row_an_incident primary key (alert_id),
  constraint alerts_is_cleared_after_it_was_opened check (cleared_at >= opened_at)
);

create unique index alerts_one_open_incident on alerts (what, subject) where cleared_at is null;
create index alerts_by_time on alerts (opened_at desc, alert_id desc);
-- Every process that is to send a summary at one time sends the same one.
create unique index alerts_one_summary_a_time on alerts (subject) where what = 'summary';

comment on table alerts is 'One row an incident, whether anybody is told or not. See docs/alerts.md.';
comment on column alerts.opened_at is 'Since when it has been wrong; a message follows once that has lasted for a while.';
comment on column alerts.told_at is 'When the first address had the alert.';
comment on column alerts.absent_since is 'Since when the condition is gone; the incident is cleared once it has been gone for a minute.';
comment on column alerts.cleared_told_at is 'When the first address had the all-clear.';

-- A message that an address is owed, until it has taken it.
create table alert_messages (
  alert_id bigint not null,
  kind text not null,
  address text not null,
  owed_at timestamptz not null default now(),
  attempts integer not null default 0,
  next_try_at timestamptz not null default now(),
  claimed_by text,
  claimed_at timestamptz,
  told_at timestamptz,
  last_error text,
  constraint alert_messages_one_row_a_message primary key (alert_id, kind, address),
  constraint alert_messages_is_of_an_alert foreign key (alert_id) references alerts (alert_id) on delete cascade,
  constraint alert_messages_kind_is_known check (kind in ('opened', 'cleared', 'summary'))
);

create index alert_messages_due on alert_messages (address, next_try_at) where told_at is null;

comment on column alert_messages.address is 'What may be shown of the address: passwords and tokens are in no table.';
comment on column alert_messages.claimed_by is 'Node of the process that is sending it.';

-- What a process sees and no table has, such as its connections and its clock.
create table alert_signals (
  node text not null default current_setting('application_name'),
  what text not null,
  subject text not null,
  detail text not null,
  since timestamptz not null default now(),
  constraint alert_signals_one_row_a_process primary key (node, what, subject)
);

-- When a Caravan was last seen working here, and the sessions in which none was.
create table alert_watch (
  only_row boolean not null default true,
  seen_at timestamptz not null,
  constraint alert_watch_one_row primary key (only_row),
  constraint alert_watch_no_second_row check (only_row)
);

create table absences (
  from_ts timestamptz not null,
  to_ts timestamptz not null,
  session_minutes integer not null,
  constraint absences_one_row_a_begin primary key (from_ts),
  constraint absences_ends_after_it_begins check (to_ts > from_ts)
);

comment on column absences.session_minutes is 'Minutes of regular trading in it.';

-- Each flow whose last scheduled runs failed, since the last that did not. A flow that failed because a step of it failed
-- is not one of them: the step is.
create view failing_flows as
with recursive flows as (
  (select flow from flow_runs order by flow limit 1)
  union all
  select (select r.flow from flow_runs r where r.flow > f.flow order by r.flow limit 1)
  from flows f
  where f.flow is not null
)
select f.flow, failed.failures, failed.since, good.started_at as last_success, failed.error
from flows f
  left join lateral (
    select r.started_at
    from flow_runs r
    where r.flow = f.flow and r.status in ('succeeded', 'partial')
    order by r.started_at desc
    limit 1
  ) as good on true
  cross join lateral (
    select count(*)::integer as failures, min(r.started_at) as since,
      (array_agg(r.error order by r.started_at desc))[1] as error
    from (
      select r.run_id, r.started_at, r.error
      from flow_runs r
      where r.flow = f.flow and r.status = 'failed' and r.trigger in ('schedule', 'flow')
        and r.started_at > coalesce(good.started_at, '-infinity')
        and not exists (select from flow_runs step where step.parent_run_id = r.run_id and step.status = 'failed')
      order by r.started_at desc
      limit 1000
    ) as r
  ) as failed
where f.flow is not null and failed.failures > 0;

-- Gaps that were given up and can be taken up again, by dataset and the day (New York) on which that was.
create view given_up_gaps as
select g.source, g.feed, g.dataset, (g.closed_at at time zone 'America/New_York')::date as day,
  count(*)::integer as gaps, count(distinct g.symbol)::integer as symbols, min(g.closed_at) as since,
  max(g.closed_at) as newest, (array_agg(g.last_error order by g.closed_at desc))[1] as error
from gaps g
where g.status = 'abandoned' and has_history(g.source, g.feed, g.dataset, g.timeframe)
group by 1, 2, 3, 4;

-- Receipts with missing rows, by source and session, although the repair had half a day: since the session, since a gap was
-- opened, and since one was closed, after which the receipt is counted again. What was given up is in given_up_gaps.
create view missing_receipts as
select r.source, r.session, sum(r.missing)::integer as missing, count(distinct r.symbol)::integer as symbols,
  (array_agg(distinct r.symbol order by r.symbol))[1:5] as some, max(r.closes_at) + interval '12 hours' as since
from receipts r
where r.missing > 0 and r.counted_at is not null and r.closes_at < now() - interval '12 hours'
  and not exists (
    select from gaps g
    where g.source = r.source and g.feed = r.feed and g.dataset = r.dataset and g.symbol = r.symbol
      and g.timeframe = r.timeframe and g.from_ts < r.closes_at and coalesce(g.to_ts, 'infinity') > r.opens_at
      and (g.status = 'abandoned' or greatest(g.opened_at, g.closed_at) > now() - interval '12 hours'))
group by 1, 2;

-- Absences whose data is not complete yet. What is owed of one is on the ledger a few minutes after the return.
create view open_absences as
select a.*
from absences a
where a.to_ts > now() - interval '5 minutes'
  or a.to_ts > now() - interval '30 days' and exists (
    select from gaps g
    where g.status = 'open' and g.from_ts < a.to_ts and g.to_ts > a.from_ts);
