-- The views know the feeds that the settings name now; each role stands once.
insert into feeds (role, feed)
values ('stream', ?), ('history', ?)
on conflict on constraint feeds_one_row_a_role do update
set feed = excluded.feed
where feeds.feed <> excluded.feed
