-- How many requests the account has left in its window of 60 s, by the least of our limits and the provider's; none in a pause.
select case
    when exists (select from request_budgets b where b.account = :account and b.paused_until > clock_timestamp()) then 0
    else greatest(0, account_limit(:account, :per_minute)
      - (select count(*) from request_slots s where s.account = :account and s.free_at > clock_timestamp())::integer)
  end
