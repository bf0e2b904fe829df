-- Every firing of a schedule is one row, so that of several processes on this database one runs it; and a scheduled run
-- that was cut off is started again once.

create table flow_firings (
  flow text not null,
  due_at timestamptz not null,
  node text not null,
  taken_at timestamptz not null default clock_timestamp(),
  constraint flow_firings_one_row_a_firing primary key (flow, due_at)
);

comment on column flow_firings.due_at is 'The time for which Quartz had planned it, the same in every process, whatever its clock says.';
comment on column flow_firings.node is 'The process that runs it.';

alter table flow_runs add column resumed_at timestamptz;

comment on column flow_runs.resumed_at is 'When the flow was started again, since this run of a schedule was cut off.';
