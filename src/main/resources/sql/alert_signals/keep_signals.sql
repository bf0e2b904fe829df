-- Makes what this process sees, and nothing else, its signals; one that goes on keeps its beginning. Those of processes that are gone are deleted.
with seen as (
  select what, subject, detail from jsonb_to_recordset(:?signals::jsonb) as s (what text, subject text, detail text)
),
gone as (
  delete from alert_signals s
  where (s.node = current_setting('application_name')
      and not exists (select from seen where seen.what = s.what and seen.subject = s.subject))
    or not is_alive(s.node)
)
insert into alert_signals (what, subject, detail)
select what, subject, detail from seen
on conflict on constraint alert_signals_one_row_a_process do update set detail = excluded.detail
