-- Counts a replay that failed on the letter itself, so that trying again makes no further letters.
update dead_letters
set times = times + 1, failed_at = now()
where replayed_at is null and letter_id in (select jsonb_array_elements_text(:?letters::jsonb)::bigint)
returning letter_id, symbol, false as replayed, :?refusal::text as reason
