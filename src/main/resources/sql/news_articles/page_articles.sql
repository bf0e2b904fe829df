-- One page of articles without their contents, the newest first; writes nothing.
with found as (
  select row_number() over (order by a.published_at desc, a.source desc, a.article_id desc) as n, a.source,
    a.article_id, a.headline, a.summary, a.author, a.publisher, a.url, a.published_at, a.updated_at, a.symbols
  from news_articles a
  where (:?symbol::text is null or a.symbols @> array[(select caravan_spelling(:?symbol::text))])
    and a.published_at <= coalesce(:?after_1::timestamptz, 'infinity')
    and (:?after_1::timestamptz is null
      or (a.published_at, a.source, a.article_id) < (:?after_1::timestamptz, :?after_2::text, :?after_3::text))
  order by a.published_at desc, a.source desc, a.article_id desc
  limit :?limit::integer + 1
)
select '[' || coalesce(string_agg(row_to_json(r)::text, ',' order by f.n)
    filter (where f.n <= :?limit::integer), '') || ']' as body,
  case when max(f.n) > :?limit::integer then min(json_build_array(api_time(f.published_at), f.source, f.article_id)::text)
    filter (where f.n = :?limit::integer) end as next,
  case when count(*) = 0 and not exists (select from symbols s where s.symbol = (select caravan_spelling(:?symbol::text)))
    then (select caravan_spelling(:?symbol::text)) end as unknown
from found f
cross join lateral (
  select f.source, f.article_id, f.headline, f.summary, f.author, f.publisher, f.url,
    api_time(f.published_at) as published_at, api_time(f.updated_at) as updated_at, f.symbols) r
