-- Each time a stream changes hands it gets a new number. What a former holder still writes, as after a sleep, has an old
-- one and changes nothing.

alter table stream_owners add column epoch bigint not null default 1;

comment on column stream_owners.owner is 'Node of the process that has the stream; nobody where the last one ended in order.';
comment on column stream_owners.epoch is 'Counts the holders, and never goes back.';

-- Whether the ledger of a feed is this process's to change, under the number with which it holds the stream. Whoever asks
-- has locked the ledger of the feed, which the next holder does as well. What nobody ever had is anybody's.
create function owns_stream(stream text, number bigint) returns boolean language sql stable as $$
  select not exists (
    select from stream_owners
    where source = 'alpaca' and feed = stream
      and (owner, epoch) is distinct from (current_setting('application_name'), number))
$$;

-- The same for whoever locks no ledger, as for rows: no other process takes the stream before this transaction ends.
create function fence_stream(stream text, number bigint) returns boolean language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(hashtext('caravan fence'), hashtext(stream));
  return owns_stream(stream, number);
end
$$;

-- Ends the transactions in which a former holder of the stream is stuck, as a COPY of a process that sleeps.
create function end_transactions_of(holder text, stream text) returns void language sql as $$
  select pg_terminate_backend(a.pid)
  from pg_locks l
    join pg_stat_activity a on a.pid = l.pid
  where l.locktype = 'advisory' and l.granted
    and l.database = (select oid from pg_database where datname = current_database())
    and l.classid::bigint in (
      hashtext('caravan fence')::bigint & 4294967295, hashtext('caravan ledger')::bigint & 4294967295)
    and l.objid::bigint = hashtext(stream)::bigint & 4294967295
    and a.application_name = holder and a.pid <> pg_backend_pid()
$$;

-- Takes the stream from whoever may not have it any more, and returns who has it. Without a cluster (null) that is who is
-- dead. In one, nobody without the lease (NONE) takes it; with a lease that is NEW, from whoever is gone for certain, since
-- the one before may not know yet that it has lost it; and with one that is HELD for longer, from anybody.
create function take_stream(stream text, by_host text, at timestamptz, lease text) returns stream_owners
language plpgsql as $$
declare
  me constant text := current_setting('application_name');
  held stream_owners;
begin
  select * into held from stream_owners where source = 'alpaca' and feed = stream;
  if lease = 'NONE' or held.owner = me
    or held.owner <> 'nobody' and (case
      when lease is null then is_alive(held.owner)
      when lease = 'NEW' then exists (
        select from cluster_nodes where node = held.owner and seen_at > '-infinity')
      else false
    end) then
    return held;
  end if;
  perform set_config('lock_timeout', '500ms', true);
  for attempt in 1..4 loop
    begin
      -- In this order, which is that of a batch.
      perform pg_advisory_xact_lock(hashtext('caravan fence'), hashtext(stream));
      perform pg_advisory_xact_lock(hashtext('caravan ledger'), hashtext(stream));
      exit;
    exception when lock_not_available then
      if attempt = 4 then
        raise;
      end if;
      perform end_transactions_of(held.owner, stream);
    end;
  end loop;
  insert into stream_owners as former (source, feed, owner, host, since)
  values ('alpaca', stream, me, by_host, at)
  on conflict on constraint stream_owners_one_row_a_feed do update
  set owner = excluded.owner, host = excluded.host, since = excluded.since, epoch = former.epoch + 1
  -- Of several that try at once the first has it.
  where former.owner = held.owner and former.epoch = held.epoch;
  select * into held from stream_owners where source = 'alpaca' and feed = stream;
  return held;
end
$$;
