-- The sessions that a source has told of; between the first and the last of them a day that is missing is none.

create table market_calendar (
  session date not null,
  open timestamptz not null,
  close timestamptz not null,
  session_open timestamptz not null,
  session_close timestamptz not null,
  source text not null,
  read_at timestamptz not null,
  constraint market_calendar_one_row_a_session primary key (session),
  constraint market_calendar_opens_before_it_closes check (open < close),
  constraint market_calendar_extended_hours_hold_the_regular_ones
    check (session_open <= open and session_close >= close)
);

comment on column market_calendar.session is 'Date of the session in New York.';
comment on column market_calendar.session_open is 'First instant of extended trading.';
comment on column market_calendar.session_close is 'First instant after extended trading.';
comment on column market_calendar.read_at is 'When the source was asked.';

-- Written and read back at the beginning of hourly-process; one row, whatever happens.
create table database_checks (
  only_row boolean not null default true,
  run_id bigint not null,
  checked_at timestamptz not null,
  constraint database_checks_one_row primary key (only_row),
  constraint database_checks_no_second_row check (only_row)
);
