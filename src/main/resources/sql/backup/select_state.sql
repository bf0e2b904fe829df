-- When a backup's snapshot was taken, and by which server; writes nothing.
select to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as taken_at,
  current_setting('server_version') as postgresql
