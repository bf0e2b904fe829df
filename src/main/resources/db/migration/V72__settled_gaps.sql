-- Settled gaps in the order in which retention forgets them.
create index gaps_settled_by_time on gaps (closed_at) where status in ('filled', 'no_trades');
