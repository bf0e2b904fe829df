-- What a full answer about a range no longer has is withdrawn; what it has in a way that cannot be read stays as it was.
delete from corporate_action_entries e
where e.source = :?source and e.symbol = any (string_to_array(:?symbols, ','))
  -- A provider selects by one of the two dates: what lies in the range with both, the answer tells in any case.
  and e.ex_date between nullif(:?from, '')::date and nullif(:?to, '')::date
  and coalesce(e.process_date, e.ex_date) between nullif(:?from, '')::date and nullif(:?to, '')::date
  and not exists (
    select from jsonb_to_recordset(:?rows::jsonb) as served (id text) where served.id = e.action_id)
  and not exists (
    select from jsonb_to_recordset(:?unread::jsonb) as u (symbol text, id text, ex_date date)
    where u.id = e.action_id
      or u.id is null and u.symbol in (e.symbol, '?') and coalesce(u.ex_date, e.ex_date) = e.ex_date)
