-- Remembers up to which edition a source's news is read and stored; it never goes back.
insert into news_watermarks (source, read_to)
values (:?source, :?read_to::timestamptz)
on conflict on constraint news_watermarks_one_row_a_source do update
set read_to = greatest(news_watermarks.read_to, excluded.read_to)
