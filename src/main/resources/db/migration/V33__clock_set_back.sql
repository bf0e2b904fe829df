-- What was written before the database's clock was set back lies in its future: nobody waits for it for longer than for a
-- request that is sent now. The burst begins anew, a pause is as long again as it was, and the window holds all the same.

create or replace function take_permits(for_account text, wanted integer, configured_per_minute integer,
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
  update request_slots
  set free_at = moment + interval '60.05 s' + case when in_flight then longest_call else interval '0' end
  where account = for_account and sent_at > moment and free_at > moment + interval '60.05 s'
    and free_at > moment + interval '60.05 s' + case when in_flight then longest_call else interval '0' end;
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
