-- A gap goes on only while its feed is wanted: of a feed that is no longer streamed it ends now, and is repaired.
update gaps
set to_ts = greatest(from_ts, :?at::timestamptz), next_try_at = :?at::timestamptz
where source = 'alpaca' and status = 'open' and to_ts is null
  and (feed <> :?feed and dataset <> 'news' or not :?streams::boolean)
  -- Another process may stream it.
  and not exists (
    select from stream_owners o
    where o.source = gaps.source and o.feed = gaps.feed and is_alive(o.owner))
