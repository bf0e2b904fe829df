-- Every run of a flow, and everything that could not be taken.

create table flow_runs (
  run_id bigint generated always as identity,
  parent_run_id bigint,
  flow text not null,
  trigger text not null,
  status text not null,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  expected integer,
  stored integer,
  error text,
  process text not null,
  constraint flow_runs_one_row_a_run primary key (run_id),
  constraint flow_runs_parent_is_a_run foreign key (parent_run_id) references flow_runs (run_id),
  constraint flow_runs_trigger_is_known check (trigger in ('schedule', 'command', 'flow', 'api')),
  constraint flow_runs_status_is_known check (status in
    ('running', 'succeeded', 'partial', 'failed', 'skipped', 'interrupted')),
  constraint flow_runs_is_finished_unless_running check ((status = 'running') = (finished_at is null)),
  constraint flow_runs_says_why check (error is not null or status in ('running', 'succeeded'))
);

-- A flow never overlaps itself, however it is started and by which process.
create unique index flow_runs_flow_never_overlaps_itself on flow_runs (flow) where status = 'running';
create index flow_runs_by_flow on flow_runs (flow, started_at desc);
create index flow_runs_by_parent on flow_runs (parent_run_id) where parent_run_id is not null;

comment on column flow_runs.process is 'application_name of the process''s connections: when none is left, the run was cut off.';
comment on column flow_runs.expected is 'Symbols that the run was to serve.';
comment on column flow_runs.stored is 'Symbols for which the provider''s answer had rows and all of them are committed.';

create table dead_letters (
  letter_id bigint generated always as identity,
  run_id bigint,
  route_id text not null,
  symbol text,
  reason text not null,
  payload text,
  times integer not null default 1,
  first_failed_at timestamptz not null default now(),
  failed_at timestamptz not null default now(),
  replayed_at timestamptz,
  constraint dead_letters_one_row_a_letter primary key (letter_id),
  constraint dead_letters_payload_is_bounded check (octet_length(payload) <= 1100000)
);

-- The same failure of the same symbol is one letter that counts, so that an outage cannot flood the table.
create unique index dead_letters_repeat_is_counted on dead_letters
  (route_id, symbol, md5(reason), md5(coalesce(payload, ''))) where replayed_at is null and symbol is not null;
create index dead_letters_by_time on dead_letters (failed_at desc);

comment on column dead_letters.payload is 'What the provider answered, as text; null where it did not answer.';
comment on column dead_letters.times is 'How often this has happened since first_failed_at.';
