-- Every symbol, or those of one status, with the New York date of its newest change.
select symbols.symbol, yahoo_symbol, name, exchange, status, array_to_string(sources, ',') as sources,
  to_char(coalesce(newest.changed_at, updated_at) at time zone 'America/New_York', 'YYYY-MM-DD') as changed,
  coalesce(note, 'not listed at Alpaca on ' || missing_since) as note
from symbols
left join lateral (
  select changed_at
  from symbol_changes
  where symbol_changes.symbol = symbols.symbol
  order by change_id desc
  limit 1) as newest on true
where ? in (status, 'all')
order by symbols.symbol collate "C"
