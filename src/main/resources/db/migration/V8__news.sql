-- News: each article once, as its newest edition, and what it was before each edit.

create table news_articles (
  source text not null,
  article_id text not null,
  headline text not null,
  summary text,
  content text,
  author text,
  url text,
  publisher text,
  published_at timestamptz not null,
  updated_at timestamptz not null,
  symbols text[] not null,
  revision integer not null default 0,
  as_sent text,
  stored_at timestamptz not null default now(),
  constraint news_articles_one_row_an_article primary key (source, article_id),
  constraint news_articles_source_is_known check (source in ('alpaca', 'newsapi')),
  constraint news_articles_text_is_bounded check (length(headline) + coalesce(length(summary), 0)
    + coalesce(length(content), 0) + coalesce(length(author), 0) + coalesce(length(url), 0)
    + coalesce(length(publisher), 0) <= 1000000),
  constraint news_articles_symbols_are_names check (array_position(symbols, null) is null)
);

create index news_articles_by_symbol on news_articles using gin (symbols);
create index news_articles_by_edition on news_articles (source, updated_at);
create index news_articles_by_time on news_articles (published_at desc);

comment on table news_articles is
  'Texts are as the source sent them, markup and all: whoever shows them has to escape them, and to follow only http and https.';
comment on column news_articles.article_id is 'Alpaca''s id; of NewsAPI, which has none, the SHA-256 of the address.';
comment on column news_articles.content is 'HTML or plain text, as sent; NewsAPI''s is cut near 200 characters.';
comment on column news_articles.publisher is 'Whose article it is, as the source names it.';
comment on column news_articles.updated_at is 'When this edition was made; NewsAPI does not say, and has published_at here.';
comment on column news_articles.symbols is 'The symbols that the source ties to it, as sent; empty where it ties none.';
comment on column news_articles.as_sent is
  'The article''s own JSON, where a text holds what PostgreSQL cannot: U+0000 (here U+2400) or half of a surrogate pair (U+FFFD).';

-- What an article was before it was edited, and when it was replaced.
create table news_revisions (
  source text not null,
  article_id text not null,
  revision integer not null,
  headline text not null,
  summary text,
  content text,
  author text,
  url text,
  publisher text,
  published_at timestamptz not null,
  updated_at timestamptz not null,
  symbols text[] not null,
  as_sent text,
  stored_at timestamptz not null,
  replaced_at timestamptz not null default now(),
  constraint news_revisions_one_row_a_revision primary key (source, article_id, revision)
);

create function news_keep_revision() returns trigger language plpgsql as $$
begin
  insert into news_revisions (source, article_id, revision, headline, summary, content, author, url,
      publisher, published_at, updated_at, symbols, as_sent, stored_at)
    values (old.source, old.article_id, old.revision, old.headline, old.summary, old.content,
      old.author, old.url, old.publisher, old.published_at, old.updated_at, old.symbols, old.as_sent,
      old.stored_at);
  new.revision := old.revision + 1;
  new.stored_at := now();
  return new;
end
$$;

-- Whoever edits an article, in whatever way, leaves the old edition behind.
create trigger news_keep_revision before update on news_articles for each row
  when ((old.headline, old.summary, old.content, old.author, old.url, old.publisher, old.published_at,
      old.updated_at, old.symbols, old.as_sent)
    is distinct from (new.headline, new.summary, new.content, new.author, new.url, new.publisher,
      new.published_at, new.updated_at, new.symbols, new.as_sent))
  execute function news_keep_revision();

-- Up to this time of an edition everything was asked for, answered and stored. The stream does not move
-- it: what the stream delivers says nothing of what it did not.
create table news_watermarks (
  source text not null,
  read_to timestamptz not null,
  constraint news_watermarks_one_row_a_source primary key (source)
);
