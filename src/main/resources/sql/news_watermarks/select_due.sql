-- One row always: a source's news is due whenever it is asked, from where its last reading came to; null before the first.
select coalesce((
    select to_char(read_to at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    from news_watermarks
    where source = :?source), (
    -- A gap that is older than the first reading would go back belongs to it.
    select to_char(min(from_ts) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    from gaps
    where source = :?source and dataset = 'news' and status = 'open'
    having min(from_ts) < :?now::timestamptz - interval '7 days')) as read_to,
  '*' as symbol
