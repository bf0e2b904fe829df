-- The sessions of which a dataset that an active symbol is owed has no receipt, the newest first.
select due.session::text as session
from jsonb_to_recordset(:?due::jsonb) as due (source text, feed text, timeframe text, session date)
where exists (select from symbols s where s.status = 'active' and due.source = any (s.sources))
  and not exists (
    select from receipts r
    where r.source = due.source and r.feed = due.feed and r.dataset = 'bars' and r.timeframe = due.timeframe
      and r.session = due.session)
group by due.session
order by due.session desc
