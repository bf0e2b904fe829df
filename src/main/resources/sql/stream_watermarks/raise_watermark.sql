-- Remembers up to which time of the feed all that was received is stored; it never goes back.
insert into stream_watermarks (source, feed, stored_to)
select 'alpaca', :?feed, :?stored_to::timestamptz
where fence_stream(:?feed, :?epoch::bigint)
on conflict on constraint stream_watermarks_one_row_a_feed do update
set stored_to = greatest(stream_watermarks.stored_to, excluded.stored_to)
