-- What each backfill was asked for, so that its end says of what, and other processes and nodes know it while it runs.

alter table flow_runs add column question jsonb;

comment on column flow_runs.question is
  'Of a backfill: source, timeframe (or trades), from and to (dates in New York), and the number of symbols.';
