-- Nothing is owed from now on: every gap that goes on ends here, and becomes work for the repair.
with released as (
  delete from stream_coverage where source = 'alpaca' and feed = :?feed and owns_stream(:?feed, :?epoch::bigint)
)
update gaps
set to_ts = greatest(from_ts, :?at::timestamptz), next_try_at = :?at::timestamptz
where source = 'alpaca' and feed = :?feed and status = 'open' and to_ts is null
  and owns_stream(:?feed, :?epoch::bigint)
