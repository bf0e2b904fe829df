-- Which settled gaps the receipts know. Times do not say it: a database whose clock is set back settles a gap, by its clock,
-- before it counted what the gap fills, and that receipt would miss the rows for good.

alter table gaps add column counted boolean not null default true;

comment on column gaps.counted is
  'Whether the receipts of its session were counted since it was settled; open and abandoned gaps are true.';

create index gaps_to_be_counted on gaps (gap_id) where not counted;

create function owe_recount() returns trigger
  language plpgsql
  as $$
begin
  new.counted := false;
  return new;
end
$$;

create trigger gaps_owe_recount before update of status on gaps for each row
  when (new.status in ('filled', 'no_trades') and old.status <> new.status) execute function owe_recount();

-- Those that a clock has left out until now.
update gaps g
set counted = false
where g.status in ('filled', 'no_trades')
  and exists (
    select from receipts r
    where r.missing > 0 and r.source = g.source and r.feed = g.feed and r.dataset = g.dataset and r.symbol = g.symbol
      and r.timeframe = g.timeframe and g.from_ts < r.closes_at and g.to_ts > r.opens_at);
