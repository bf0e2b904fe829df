-- Marks each letter whose symbol the flow was asked for and of which its run left no letter; returns all, each with why it stays.
with left_by_run as (
  select symbol, (array_agg(reason order by failed_at desc, letter_id desc))[1] as reason
  from dead_letters
  where run_id = :?run_id::bigint
  group by symbol
),
judged as (
  select d.letter_id,
    case
      when :?asked::text is null then coalesce(:?error::text, 'the flow ended before it asked')
      when d.symbol is null or d.symbol <> all (string_to_array(:?asked::text, ','))
        then format('%s does not ask for %s now: it is not active, or nothing of it is due any more',
          d.route_id, d.symbol)
      when l.reason is not null then l.reason
      when :?status::text in ('succeeded', 'partial') then null
      else coalesce(:?error::text, 'the flow failed')
    end as reason
  from dead_letters d
    left join left_by_run l on l.symbol = d.symbol
  where d.replayed_at is null
    and d.letter_id in (select jsonb_array_elements_text(:?letters::jsonb)::bigint)
)
update dead_letters d
set replayed_at = case when j.reason is null then now() end
from judged j
where d.letter_id = j.letter_id
returning d.letter_id, d.symbol, d.replayed_at is not null as replayed, j.reason
