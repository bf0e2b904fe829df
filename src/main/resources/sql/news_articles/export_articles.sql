-- The articles published between two New York dates, in the order of time; writes nothing.
select n.source, n.article_id, n.published_at, n.updated_at, n.symbols, n.headline, n.summary, n.content, n.author,
  n.publisher, n.url, n.revision
from news_articles n
where (:?source::text is null or n.source = :?source::text)
  and (:?symbols::text[] is null or n.symbols && :?symbols::text[])
  and n.published_at >= coalesce(:?from::timestamp at time zone 'America/New_York', '-infinity')
  and n.published_at < coalesce((:?to::timestamp + interval '1 day') at time zone 'America/New_York', 'infinity')
order by n.published_at, n.source, n.article_id
