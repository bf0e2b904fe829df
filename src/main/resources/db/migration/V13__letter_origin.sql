-- What a refused row needs to be read again: it does not say itself which feed it came from, and a bar not how long it is.

alter table dead_letters add column feed text, add column timeframe text;

comment on column dead_letters.feed is 'Feed that the row came from; null where a provider has none or it is not known.';
comment on column dead_letters.timeframe is 'Timeframe that a refused bar was asked for with; null for other rows.';
