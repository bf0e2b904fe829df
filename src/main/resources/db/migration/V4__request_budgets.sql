-- One account of requests for each provider account, shared by every process on this database.

create table request_budgets (
  account text not null,
  provider_limit integer,
  next_token_at timestamptz not null default '-infinity',
  paused_until timestamptz not null default '-infinity',
  refusals integer not null default 0,
  refused_at timestamptz not null default '-infinity',
  constraint request_budgets_one_row_an_account primary key (account),
  constraint request_budgets_limit_is_positive check (provider_limit > 0)
);

comment on column request_budgets.provider_limit is 'Requests a minute by the provider''s own header, where that is fewer than configured.';
comment on column request_budgets.next_token_at is 'When the burst is used up no further: the arrival time that an even rate would have reached.';
comment on column request_budgets.refusals is 'Refusals (429) in a row; above 0 one request at a time is let through.';

-- A slot is one request that the window of 60 s permits. It is taken when the request is sent, and
-- free again 60 s after the answer came: the answer is the only proof of when, at the latest, the
-- provider counted the request, so that no delay on the way can put two into one window.
create table request_slots (
  account text not null,
  slot integer not null,
  free_at timestamptz not null,
  sent_at timestamptz not null,
  in_flight boolean not null,
  constraint request_slots_one_row_a_slot primary key (account, slot),
  constraint request_slots_account_has_a_budget foreign key (account) references request_budgets (account)
);

create index request_slots_by_free_at on request_slots (account, free_at);
create index request_slots_in_flight on request_slots (account) where in_flight;

-- Grants up to so many requests now, or says when to ask again. It never grants more than the window
-- and the burst permit; one process at a time decides on an account.
create function take_permits(for_account text, wanted integer, configured_per_minute integer,
    configured_burst integer, longest_call interval)
  returns table (slot integer, sent_at timestamptz, start_at timestamptz, paused boolean)
  language plpgsql as $$
#variable_conflict use_column
declare
  budget request_budgets;
  moment timestamptz;
  per_minute integer;
  every interval;
  token_at timestamptz;
  at_most integer;
begin
  -- A commit that is lost in a crash costs at most the caution of a second, so none waits for the disk.
  perform set_config('synchronous_commit', 'off', true);
  insert into request_budgets (account) values (for_account) on conflict do nothing;
  select * into budget from request_budgets where account = for_account for update;
  moment := clock_timestamp();
  if budget.paused_until > moment then
    return query select null::integer, moment, budget.paused_until, true;
    return;
  end if;
  at_most := wanted;
  if budget.refusals > 0 then
    -- After a refusal the account is tried with one request at a time until one is answered.
    if exists (select from request_slots
        where account = for_account and in_flight and free_at > moment) then
      return query select null::integer, moment, moment + interval '50 ms', false;
      return;
    end if;
    at_most := 1;
  end if;
  per_minute := least(configured_per_minute, budget.provider_limit);
  every := interval '60 s' / per_minute;
  token_at := greatest(budget.next_token_at, moment)
    - (least(configured_burst, per_minute) - 1) * every;
  if token_at > moment then
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
  if not found then
    return query
      select null::integer, moment, min(free_at), false
      from request_slots
      where account = for_account and slot < per_minute;
  end if;
end
$$;
