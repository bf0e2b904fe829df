-- Takes the stream of a feed unless a living process has it: of several that try at once one gets it; returns who has it.
with taken as (
  insert into stream_owners as held (source, feed, owner, host, since)
  values ('alpaca', :?feed, current_setting('application_name'), :?host, :?now::timestamptz)
  on conflict on constraint stream_owners_one_row_a_feed do update
  set owner = excluded.owner, host = excluded.host, since = excluded.since
  where held.owner <> excluded.owner and not is_alive(held.owner)
  returning owner, host, since
)
select owner = current_setting('application_name') as ours, owner, host,
  to_char(since at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') as since
from (
  select * from taken
  union all
  select owner, host, since from stream_owners
  where source = 'alpaca' and feed = :?feed and not exists (select from taken)
) as held
