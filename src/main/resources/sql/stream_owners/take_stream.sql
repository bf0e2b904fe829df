-- Takes the stream of a feed, if it is this process's to take: of several that try at once one gets it; returns who has it.
select owner = current_setting('application_name') as ours, owner, host, epoch,
  to_char(since at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') as since
from take_stream(:?feed, :?host, :?now::timestamptz, :?lease) as held
where owner is not null
