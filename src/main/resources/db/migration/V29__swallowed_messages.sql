-- What the stream alone tells is owed like all else: the outcome of corrections stands in the history of their trades;
-- of trading statuses and limit bands there is no history, and the ledger says so.

alter table gaps
  drop constraint gaps_dataset_is_known,
  add constraint gaps_dataset_is_known
    check (dataset in ('trades', 'bars', 'quotes', 'news', 'corrections', 'statuses', 'lulds'));

-- Whether there is anybody who could be asked for what a gap owes.
create function has_history(source text, feed text, dataset text, timeframe text) returns boolean
  language sql immutable
  return source = 'alpaca' and feed <> 'test' and dataset in ('trades', 'bars', 'quotes', 'news', 'corrections')
    or source = 'yahoo' and dataset = 'bars' and timeframe = '1Day';

create function gaps_give_up_what_has_no_history() returns trigger language plpgsql as $$
begin
  new.status := 'abandoned';
  new.closed_at := now();
  new.last_error := case new.dataset
    when 'statuses' then 'Alpaca has no history of trading statuses: what the stream said meanwhile is lost'
    else 'Alpaca has no history of limit up, limit down bands: what the stream said meanwhile is lost'
  end;
  return new;
end
$$;

-- Whatever begins or ends such a gap: as soon as its end is known it is named as lost, and nobody waits for it.
create trigger gaps_give_up_what_has_no_history before insert or update on gaps for each row
  when (new.status = 'open' and new.to_ts is not null and new.dataset in ('statuses', 'lulds'))
  execute function gaps_give_up_what_has_no_history();

-- A process that ended without a word before this version was owed them as well.
insert into stream_coverage (source, feed, dataset, symbol, timeframe, since)
select source, feed, 'corrections', symbol, '-', since
from stream_coverage
where source = 'alpaca' and dataset = 'trades'
on conflict do nothing;
