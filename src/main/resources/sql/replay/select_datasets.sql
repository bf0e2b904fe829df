-- What is stored of a day: each dataset and feed once, without counting its rows; writes nothing.
select dataset, feed
from (values ('iex'), ('sip')) as feeds (feed)
  cross join (values ('trades'), ('quotes'), ('bars')) as datasets (dataset)
where case dataset
  when 'trades' then exists (select from trades t
    where t.symbol = any (:?symbols::text[]) and t.feed = feeds.feed
      and t.ts >= :?day::timestamptz and t.ts < :?night::timestamptz)
  when 'quotes' then exists (select from quotes q
    where q.symbol = any (:?symbols::text[]) and q.feed = feeds.feed
      and q.ts >= :?day::timestamptz and q.ts < :?night::timestamptz)
  else exists (select from bars b
    where b.source = 'alpaca' and b.feed = feeds.feed and b.symbol = any (:?symbols::text[])
      and b.timeframe = '1Min' and b.ts >= :?day::timestamptz and b.ts < :?night::timestamptz)
  end
order by dataset desc, feed
