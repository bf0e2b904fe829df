-- The corporate actions whose ex-date lies between two dates, symbol by symbol in the order of time; writes nothing.
select a.source, a.symbol, a.action, a.ex_date, a.amount, a.ratio, a.new_symbol, a.stored_at
from corporate_actions a
where (:?source::text is null or a.source = :?source::text)
  and (:?symbols::text[] is null or a.symbol = any (:?symbols::text[]))
  and a.ex_date between coalesce(:?from::date, '-infinity') and coalesce(:?to::date, 'infinity')
order by a.symbol, a.ex_date, a.source, a.action
