-- A process may die between taking a firing and beginning its run: another one starts that, once.

alter table flow_firings add column resumed_at timestamptz;

comment on column flow_firings.resumed_at is 'When a run was started that the process that took the firing never began.';
