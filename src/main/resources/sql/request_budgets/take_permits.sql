-- Grants up to so many requests now, or says when to ask again: never more than the window and the burst permit, and nothing while a caller of any process waits that goes first.
select slot, sent_at, start_at, paused, ceil(extract(epoch from start_at - sent_at) * 1000)::bigint as wait_ms
from take_permits(:account, :wanted, :priority, :per_minute, :burst, :timeout_ms * interval '1 ms')
