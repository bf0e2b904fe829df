-- The series that may have bars of a symbol, a source and a feed each, and whether there is such a symbol: at least one row; writes nothing.
select f.source, f.feed, s.symbol, exists (select from symbols k where k.symbol = s.symbol) as known
from (select caravan_spelling(:?symbol::text) as symbol) s
left join bar_feeds f on (:?source::text is null or f.source = :?source::text)
  and (:?feed::text is null or f.feed = :?feed::text)
order by f.source, f.feed
