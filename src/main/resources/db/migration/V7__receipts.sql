-- What was owed of a session, and what became of it; and the proof that a missing bar was never there.

-- One row a symbol, dataset and session. Extended hours are stored as bars and not counted here.
create table receipts (
  source text not null,
  feed text not null,
  dataset text not null,
  symbol text not null,
  timeframe text not null,
  session date not null,
  expected integer,
  stored integer not null,
  no_trade integer not null,
  missing integer,
  calendar text not null,
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  proved_at timestamptz,
  counted_at timestamptz,
  constraint receipts_one_row_a_session primary key (source, feed, dataset, symbol, timeframe, session),
  constraint receipts_adds_up check (expected = stored + no_trade + missing),
  constraint receipts_expects_something_unless_the_calendar_is_unknown
    check ((expected is null) = (calendar like 'unknown%') and (expected is null) = (missing is null)),
  constraint receipts_counts_are_not_negative
    check (expected >= 0 and stored >= 0 and no_trade >= 0 and missing >= 0),
  constraint receipts_closes_after_it_opens check (closes_at > opens_at)
);

create index receipts_by_session on receipts (session desc);
create index receipts_with_missing on receipts (source, feed, symbol, timeframe) where missing > 0;
create index receipts_to_count on receipts (session) where counted_at is null;

comment on column receipts.expected is 'Bars of regular hours by the exchange''s calendar, never by what is stored; null where the calendar is unknown.';
comment on column receipts.no_trade is 'Bars that a full answer of the provider left out: nothing was traded then. See table proofs.';
comment on column receipts.calendar is 'The calendar that expected is from: New York, every day, or unknown with the zone of the exchange.';
comment on column receipts.opens_at is 'Start of the first bar that is counted.';
comment on column receipts.closes_at is 'End of what is counted.';
comment on column receipts.proved_at is 'When the provider''s newest full answer about this session was read; null where there was none.';
comment on column receipts.counted_at is 'When the rows were counted; null while they are to be counted again.';

-- What full answers of a provider, read to their last page, say of a session's bars. It is taken from the answer
-- itself and never from table bars, so that a bar that is lost later does not turn into one that never was.
-- Bars are numbered from 0, the one that begins at opens_at.
create table proofs (
  source text not null,
  feed text not null,
  dataset text not null,
  symbol text not null,
  timeframe text not null,
  session date not null,
  opens_at timestamptz not null,
  asked int4multirange not null,
  quiet int4multirange not null,
  proved_at timestamptz not null,
  constraint proofs_one_row_a_session primary key (source, feed, dataset, symbol, timeframe, session),
  constraint proofs_only_what_was_asked_is_quiet check (asked @> quiet)
);

comment on column proofs.asked is 'The bars of regular hours that full answers were about.';
comment on column proofs.quiet is 'Those of them that the newest answer about them left out: nothing was traded.';
