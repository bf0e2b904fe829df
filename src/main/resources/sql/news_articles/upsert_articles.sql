-- Each article stands once, as its newest edition: an older one never replaces a newer, and the trigger keeps what it was.
insert into news_articles (source, article_id, headline, summary, content, author, url, publisher, published_at,
  updated_at, symbols, as_sent)
select source, article_id, headline, summary, content, author, url, publisher, published_at, updated_at, symbols,
  as_sent
from jsonb_to_recordset(:?rows::jsonb) as served (source text, article_id text, headline text, summary text,
  content text, author text, url text, publisher text, published_at timestamptz, updated_at timestamptz,
  symbols text[], as_sent text)
on conflict on constraint news_articles_one_row_an_article do update
set headline = excluded.headline, summary = excluded.summary, content = excluded.content,
  author = excluded.author, url = excluded.url, publisher = excluded.publisher,
  published_at = excluded.published_at, updated_at = excluded.updated_at, symbols = excluded.symbols,
  as_sent = excluded.as_sent
where news_articles.updated_at <= excluded.updated_at
  and (news_articles.headline, news_articles.summary, news_articles.content, news_articles.author,
      news_articles.url, news_articles.publisher, news_articles.published_at, news_articles.updated_at,
      news_articles.symbols, news_articles.as_sent)
    is distinct from (excluded.headline, excluded.summary, excluded.content, excluded.author, excluded.url,
      excluded.publisher, excluded.published_at, excluded.updated_at, excluded.symbols, excluded.as_sent)
