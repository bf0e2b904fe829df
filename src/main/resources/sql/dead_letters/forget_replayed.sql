-- Letters that were replayed more than so many days ago are forgotten, 20,000 at a time; those that were not stay. 0 keeps all.
with gone as (
  delete from dead_letters g
  where g.letter_id in (
    select l.letter_id
    from dead_letters l
    where :?days::integer > 0 and l.replayed_at < :?now::timestamptz - make_interval(days => :?days::integer)
    order by l.letter_id
    limit 20000)
  returning g.failed_at
)
select record_dropped(:?run_id::bigint, 'dead_letters', count(*), min(failed_at), max(failed_at)) from gone
