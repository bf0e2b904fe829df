-- Lowers the account to what the provider says is left: slots that we think free beyond that are held until its reset.
with spare as (
  select n.slot, row_number() over (order by n.slot desc) as nth, count(*) over () as spare
  from generate_series(0, :per_minute - 1) as n (slot)
    left join request_slots s on s.account = :account and s.slot = n.slot
  where s.slot is null or (not s.in_flight and s.free_at <= :sent_at)
)
insert into request_slots (account, slot, free_at, sent_at, in_flight)
select :account, slot, clock_timestamp() + :reset_ms * interval '1 ms' + nth * (interval '60 s' / :per_minute), :sent_at, false
from spare
where nth <= spare - :remaining
on conflict on constraint request_slots_one_row_a_slot do update
set free_at = excluded.free_at
where not request_slots.in_flight
