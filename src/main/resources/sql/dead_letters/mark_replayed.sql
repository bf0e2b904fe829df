-- Marks letters as replayed, once.
update dead_letters
set replayed_at = now()
where replayed_at is null and letter_id in (select jsonb_array_elements_text(:?letters::jsonb)::bigint)
returning letter_id, symbol, true as replayed, null::text as reason
