-- The whole payload of one letter.
select payload, feed from dead_letters where letter_id = :?letter_id::bigint
