-- The newest letters that fit, each on a row with how many there are in all; writes nothing.
select letter_id, to_char(failed_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as failed_at, times, route_id,
  coalesce(symbol, '-') as symbol, replayed_at is not null as replayed, left(reason, 500) as reason,
  count(*) over () as letters
from dead_letters
where (replayed_at is null or ?::boolean)
  and route_id = coalesce(?::text, route_id)
  and (?::text is null or symbol in (?::text, (select caravan_spelling(?::text))))
order by dead_letters.failed_at desc, letter_id desc
limit ?::integer
