-- Every active symbol of the source, with the session up to which its daily bars are read: null where they never were.
select s.symbol, s.yahoo_symbol, w.read_to::text as read_to
from symbols s
left join read_watermarks w on w.source = :?source and w.feed = '-' and w.dataset = 'bars'
  and w.symbol = s.symbol and w.timeframe = '1Day'
where s.status = 'active' and :?source = any (s.sources)
order by s.symbol
