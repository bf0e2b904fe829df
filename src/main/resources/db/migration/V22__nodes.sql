-- Which processes work on this database, told by their heartbeats, and which of them has the stream.

create table cluster_nodes (
  node text not null,
  host text not null,
  place text,
  pid bigint not null,
  pid_started_at timestamptz,
  version text,
  started_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp(),
  steady_since timestamptz not null default clock_timestamp(),
  constraint cluster_nodes_one_row_a_process primary key (node)
);

comment on column cluster_nodes.node is 'application_name of the process''s connections; it is never used again.';
comment on column cluster_nodes.place is 'Boot of the machine and namespace in which pid means this process; null where they are not to be had.';
comment on column cluster_nodes.seen_at is 'The last beat, by the clock of the database; -infinity of one whose process is gone for certain.';
comment on column cluster_nodes.steady_since is 'Since when its beats have come without a break.';

-- Dead is who has not been seen for 30 s. Whoever has not been seen by a database that was away is not dead for that:
-- only a process whose own beats have come all that time may say so. A process of before there were heartbeats lives
-- as long as it is connected.
create function is_alive(process text) returns boolean language sql stable as $$
  select coalesce(
    (select n.seen_at > '-infinity'
        and (n.seen_at > clock_timestamp() - interval '30 s'
          or not exists (
            select from cluster_nodes judge
            where judge.node = current_setting('application_name')
              and judge.seen_at > clock_timestamp() - interval '10 s'
              and judge.steady_since < clock_timestamp() - interval '30 s'))
      from cluster_nodes n
      where n.node = process),
    exists (select from pg_stat_activity where application_name = process))
$$;

comment on column flow_runs.process is 'Node of the process: when it is dead the run was cut off.';

-- Of several processes one has a stream: it alone connects, and changes what the feed owes.
create table stream_owners (
  source text not null,
  feed text not null,
  owner text not null,
  host text not null,
  since timestamptz not null,
  constraint stream_owners_one_row_a_feed primary key (source, feed)
);

-- Whether the ledger of a feed is this process's to change: nobody else has taken its stream.
create function owns_stream(stream text) returns boolean language sql stable as $$
  select not exists (
    select from stream_owners
    where source = 'alpaca' and feed = stream and owner <> current_setting('application_name'))
$$;
