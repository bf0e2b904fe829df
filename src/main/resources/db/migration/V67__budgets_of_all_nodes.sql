-- One order of priority for the callers of all processes, the least limit of those that live, and half of the burst after the
-- server of the database was changed, which may have lost the last grants.

alter table request_budgets
  add column live_waits_until timestamptz not null default '-infinity',
  add column repair_waits_until timestamptz not null default '-infinity',
  add column server_started_at timestamptz,
  add column cautious_until timestamptz not null default '-infinity';

comment on column request_budgets.live_waits_until is 'Until then nobody but a live caller is served: one of some process waits.';
comment on column request_budgets.repair_waits_until is 'Until then no backfill is served: a repair of some process waits.';
comment on column request_budgets.server_started_at is 'When the database''s server was started that granted last.';
comment on column request_budgets.cautious_until is 'Until then half of the burst is granted.';

create table request_limits (
  account text not null,
  node text not null,
  per_minute integer not null,
  burst integer not null,
  constraint request_limits_one_row_an_account_and_process primary key (account, node)
);

comment on table request_limits is 'What each process is configured to send to a provider account; of those that live, the least rules.';

-- How many requests a minute an account may send: the least of what is asked for, configured by a living process, and told by the provider.
create function account_limit(for_account text, configured integer) returns integer
  language sql stable
  return least(configured,
    (select b.provider_limit from request_budgets b where b.account = for_account),
    (select min(l.per_minute) from request_limits l where l.account = for_account and is_alive(l.node)));

-- Says until when a caller of this priority waits: for somewhat longer than until it looks again, or no longer.
create function wait_for_permits(for_account text, priority text, until timestamptz) returns void
  language sql
  begin atomic
    update request_budgets
    set live_waits_until = case priority when 'live' then until else live_waits_until end,
      repair_waits_until = case priority when 'repair' then until else repair_waits_until end
    where account = for_account and case priority when 'live' then live_waits_until when 'repair' then repair_waits_until end <> until;
  end;

create function take_permits(for_account text, wanted integer, priority text, configured_per_minute integer,
    configured_burst integer, longest_call interval)
  returns table (slot integer, sent_at timestamptz, start_at timestamptz, paused boolean)
  language plpgsql as $$
#variable_conflict use_column
declare
  budget request_budgets;
  moment timestamptz;
  looks_again timestamptz;
  per_minute integer;
  every interval;
  token_at timestamptz;
  burst integer;
  at_most integer;
  granted integer;
  server timestamptz := pg_postmaster_start_time();
begin
  -- A commit that is lost in a crash costs at most the caution of a second, so none waits for the disk.
  perform set_config('synchronous_commit', 'off', true);
  insert into request_budgets (account) values (for_account) on conflict do nothing;
  select * into budget from request_budgets where account = for_account for update;
  moment := clock_timestamp();
  looks_again := moment + interval '1.5 s';
  if budget.refused_at > moment or budget.next_token_at > moment + interval '60 s' then
    update request_budgets
    set next_token_at = least(next_token_at, moment),
      paused_until = case
        when refused_at > moment and paused_until > refused_at then moment + (paused_until - refused_at)
        else paused_until
      end,
      refused_at = least(refused_at, moment)
    where account = for_account
    returning * into budget;
  end if;
  if budget.server_started_at is distinct from server then
    -- The last grants may not have come with it.
    update request_budgets
    set server_started_at = server,
      cautious_until = case
        when exists (select from request_slots where account = for_account and free_at > moment)
        then moment + interval '60 s' else '-infinity' end
    where account = for_account
    returning * into budget;
  end if;
  if priority is not null then
    insert into request_limits (account, node, per_minute, burst)
    select for_account, node, configured_per_minute, configured_burst
    from cluster_nodes
    where node = current_setting('application_name')
    on conflict on constraint request_limits_one_row_an_account_and_process do update
    set per_minute = excluded.per_minute, burst = excluded.burst
    where (request_limits.per_minute, request_limits.burst) <> (excluded.per_minute, excluded.burst);
  end if;
  update request_slots
  set free_at = moment + interval '60.05 s' + case when in_flight then longest_call else interval '0' end
  where account = for_account and sent_at > moment and free_at > moment + interval '60.05 s'
    and free_at > moment + interval '60.05 s' + case when in_flight then longest_call else interval '0' end;
  if budget.paused_until > moment then
    return query select null::integer, moment, budget.paused_until, true;
    return;
  end if;
  -- What others wait for lies no further ahead than they look again, unless a clock was set back.
  if priority in ('repair', 'backfill') and budget.live_waits_until between moment and moment + interval '2 s'
    or priority = 'backfill' and budget.repair_waits_until between moment and moment + interval '2 s' then
    return query select null::integer, moment, moment + interval '50 ms', false;
    return;
  end if;
  at_most := wanted;
  if budget.refusals > 0 then
    -- After a refusal the account is tried with one request at a time until one is answered.
    if exists (select from request_slots
        where account = for_account and in_flight and free_at > moment) then
      perform wait_for_permits(for_account, priority, looks_again);
      return query select null::integer, moment, moment + interval '50 ms', false;
      return;
    end if;
    at_most := 1;
  end if;
  per_minute := account_limit(for_account, configured_per_minute);
  burst := least(configured_burst, per_minute, (
    select min(l.burst) from request_limits l where l.account = for_account and is_alive(l.node)));
  if budget.cautious_until between moment and moment + interval '60 s' then
    burst := greatest(1, burst / 2);
  end if;
  if priority in ('repair', 'backfill') then
    -- The last quarter is left to live callers, so that none of them finds it used up.
    burst := burst - burst / 4;
  end if;
  every := interval '60 s' / per_minute;
  token_at := greatest(budget.next_token_at, moment)
    - (burst - 1) * every;
  if token_at > moment then
    perform wait_for_permits(for_account, priority, looks_again);
    return query select null::integer, moment, token_at, false;
    return;
  end if;
  at_most := least(at_most,
    floor(extract(epoch from moment - token_at) / extract(epoch from every))::integer + 1);
  return query
    with free as (
      select slot
      from request_slots
      where account = for_account and slot < per_minute and free_at <= moment
      order by free_at
      limit at_most
    ),
    new as (
      select generate_series(first, least(first + at_most, per_minute) - 1) as slot
      from (select coalesce(max(slot) + 1, 0) as first from request_slots where account = for_account) as next
    ),
    taken as (
      insert into request_slots as taken (account, slot, free_at, sent_at, in_flight)
      select for_account, either.slot, moment + interval '60 s' + longest_call, moment, true
      from (select slot from free union all select slot from new limit at_most) as either
      on conflict (account, slot) do update
      set free_at = excluded.free_at, sent_at = excluded.sent_at, in_flight = true
      returning taken.slot
    ),
    paid as (
      update request_budgets
      set next_token_at = greatest(next_token_at, moment) + (select count(*) from taken) * every
      where account = for_account
    )
    select taken.slot, moment, moment, false from taken;
  get diagnostics granted = row_count;
  perform wait_for_permits(for_account, priority, case when granted < wanted then looks_again else '-infinity' end);
  if granted = 0 then
    return query
      select null::integer, moment, min(free_at), false
      from request_slots
      where account = for_account and slot < per_minute;
  end if;
end
$$;

-- As a process of the release before asks, in a rolling upgrade: without a priority, and with a burst that leaves the live share alone.
create or replace function take_permits(for_account text, wanted integer, configured_per_minute integer,
    configured_burst integer, longest_call interval)
  returns table (slot integer, sent_at timestamptz, start_at timestamptz, paused boolean)
  language sql
  begin atomic
    select t.slot, t.sent_at, t.start_at, t.paused
    from take_permits(for_account, wanted, null::text, configured_per_minute, configured_burst, longest_call) as t;
  end;
