-- Each symbol's period as active goes on or begins with the list that was stored last, or ends with it; a row that cannot be read ends none.
with seen as (
  select distinct symbol, id from listed_assets where status = 'active' and id is not null
),
kept as (
  update listings l
  set active_to = greatest(l.active_to, :?now::timestamptz)
  from seen
  where l.symbol = seen.symbol and l.id = seen.id and l.ended_at is null
),
ended as (
  update listings l
  set ended_at = greatest(l.active_to, :?now::timestamptz)
  where l.ended_at is null and not :?blind::boolean
    and not exists (select from seen where seen.symbol = l.symbol and seen.id = l.id)
    and not exists (select from listed_assets a where a.symbol = l.symbol and a.status = 'unreadable')
)
insert into listings as known (symbol, id, absent_at, active_from, active_to)
select symbol, id, (select max(read_at) from symbol_lists where source = 'alpaca' and read_at < :?now::timestamptz),
  :?now::timestamptz, :?now::timestamptz
from seen
where not exists (select from listings l where l.symbol = seen.symbol and l.id = seen.id and l.ended_at is null)
on conflict on constraint listings_one_row_a_period do update set ended_at = null
