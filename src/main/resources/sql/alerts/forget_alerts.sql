-- Incidents that were cleared more than so many days ago are forgotten with their messages, 20,000 at a time; 0 keeps all. Open ones stay.
with gone as (
  delete from alerts d
  where d.alert_id in (
    select a.alert_id
    from alerts a
    where :?days::integer > 0 and a.cleared_at < :?now::timestamptz - make_interval(days => :?days::integer)
    order by a.alert_id
    limit 20000)
  returning d.opened_at
)
select record_dropped(:?run_id::bigint, 'alerts', count(*), min(opened_at), max(opened_at)) from gone
