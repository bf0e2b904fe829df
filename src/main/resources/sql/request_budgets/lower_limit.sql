-- The provider's own limit rules where it is lower than the configured one.
update request_budgets
set provider_limit = :header_limit
where account = :account and provider_limit is distinct from :header_limit
