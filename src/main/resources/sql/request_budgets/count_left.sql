-- How many requests the account has left in its window of 60 s, by the lower of our limit and the provider's; none in a pause.
select case
    when exists (select from request_budgets b where b.account = :account and b.paused_until > clock_timestamp()) then 0
    else greatest(0, least(:per_minute,
        (select b.provider_limit from request_budgets b where b.account = :account))
      - (select count(*) from request_slots s where s.account = :account and s.free_at > clock_timestamp())::integer)
  end
