-- History on demand: what a backfill asks for, range by range, so that one that was cut off goes on where it was.

create table backfill_ranges (
  range_id bigint generated always as identity,
  source text not null,
  feed text not null,
  dataset text not null,
  timeframe text not null default '-',
  symbols text not null,
  from_date date not null,
  to_date date not null,
  from_ts timestamptz not null,
  to_ts timestamptz not null,
  sessions integer not null,
  status text not null default 'open',
  proof text,
  rows bigint not null default 0,
  asked_to timestamptz,
  attempts integer not null default 0,
  last_error text,
  planned_at timestamptz not null default now(),
  done_at timestamptz,
  constraint backfill_ranges_one_row_a_range primary key (range_id),
  constraint backfill_ranges_is_planned_once
    unique (source, feed, dataset, timeframe, symbols, from_date, to_date),
  constraint backfill_ranges_dataset_is_known check (dataset in ('bars', 'trades')),
  constraint backfill_ranges_status_is_known check (status in ('open', 'done')),
  constraint backfill_ranges_end_is_not_before_begin check (to_date >= from_date and to_ts > from_ts),
  constraint backfill_ranges_is_done_by_a_proof
    check ((status = 'done') = (proof is not null) and (status = 'done') = (done_at is not null)),
  constraint backfill_ranges_proof_is_known check (proof in ('answer', 'receipts')),
  constraint backfill_ranges_answer_has_an_end check (proof <> 'answer' or asked_to is not null)
);

comment on column backfill_ranges.timeframe is 'Of bars; - for trades.';
comment on column backfill_ranges.symbols is 'Those that are asked for together, in order, separated by commas.';
comment on column backfill_ranges.from_date is 'First date, New York, inclusive.';
comment on column backfill_ranges.to_date is 'Last date, New York, inclusive.';
comment on column backfill_ranges.to_ts is 'End of the range, exclusive.';
comment on column backfill_ranges.proof is
  'answer: the provider''s answer was read to its end, and all of it is stored; receipts: nothing was missing, so nothing was asked.';
comment on column backfill_ranges.rows is 'Rows of the range in the table when it was done.';
comment on column backfill_ranges.asked_to is 'End of the question; before to_ts where the range was not over.';

-- How many rows of a range are in the table now.
create function backfill_rows(asked backfill_ranges) returns bigint
  language sql stable
  return case asked.dataset
    when 'bars' then (
      select count(*) from bars b
      where b.source = asked.source and b.feed = asked.feed and b.timeframe = asked.timeframe
        and b.symbol = any (string_to_array(asked.symbols, ','))
        and b.ts >= asked.from_ts and b.ts < asked.to_ts)
    else (
      select count(*) from trades t
      where t.symbol = any (string_to_array(asked.symbols, ','))
        and t.ts >= asked.from_ts and t.ts < asked.to_ts)
  end;
