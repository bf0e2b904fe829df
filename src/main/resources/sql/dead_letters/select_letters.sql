-- The letters of these ids, or those that were not replayed yet and fit; the oldest first, so that a row is stored as it came.
select d.letter_id, d.route_id, d.symbol, d.feed, d.timeframe,
  to_char(d.failed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as failed_at,
  to_char(d.replayed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as replayed_at,
  coalesce(s.time_zone, 'America/New_York') as zone,
  -- A row of an answer is short; of a longer payload its beginning tells what it is, and only its own step needs it.
  left(d.payload, 4000) as row
from dead_letters d
  left join symbols s on s.symbol = d.symbol
where d.letter_id in (select jsonb_array_elements_text(:?ids::jsonb)::bigint)
  or jsonb_array_length(:?ids::jsonb) = 0
    and d.replayed_at is null
    and (:?route::text is null or d.route_id = :?route::text)
    and (:?symbol::text is null or d.symbol in (:?symbol::text, (select caravan_spelling(:?symbol::text))))
    and (:?reason::text is null or position(lower(:?reason::text) in lower(d.reason)) > 0)
order by d.letter_id
limit :?most::integer
