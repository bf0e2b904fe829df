-- What is no refusal of the very request is waited for, however long: it is no attempt, and never ends a gap.

alter table gaps
  add column waits integer not null default 0,
  add column alone boolean not null default false;

comment on column gaps.attempts is 'How often the source refused this very request; after the tenth time the gap is abandoned.';
comment on column gaps.waits is 'How often it was waited for without an attempt: each wait is longer, up to an hour (Yahoo: six).';
comment on column gaps.alone is 'It was refused together with other symbols, and is asked for without them.';

-- What was abandoned for an outage, a wrong key or silence was not refused.
update gaps
set status = 'open', attempts = 0, closed_at = null, next_try_at = now()
where status = 'abandoned' and to_ts is not null
  and last_error ~ ('^(\w+ failed with status |\w+ refused the request with status (401|402|403|407|408|429)\M'
    || '|Missing required data: |Yahoo serves no such daily bar|the answer proves nothing)');
