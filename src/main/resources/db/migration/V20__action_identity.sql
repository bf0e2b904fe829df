-- Corporate actions under the provider's own identity, what they were before, and one row a day made of them.

-- What a provider has entered, each under its id. Of one day and kind there may be several.
create table corporate_action_entries (
  source text not null,
  action_id text not null,
  symbol text not null,
  action text not null,
  ex_date date not null,
  process_date date,
  amount numeric,
  ratio numeric,
  new_symbol text,
  stored_at timestamptz not null default now(),
  constraint corporate_action_entries_one_row_an_id primary key (source, action_id),
  constraint corporate_actions_says_how_much
    check (amount is not null or ratio is not null or new_symbol is not null or action = 'worthless_removal'),
  constraint corporate_actions_amount_is_positive check (amount > 0),
  constraint corporate_actions_ratio_is_positive check (ratio > 0),
  constraint corporate_actions_rename_is_to_another check (action <> 'name_change' or new_symbol <> symbol)
);

create index corporate_action_entries_by_day on corporate_action_entries (source, symbol, action, ex_date);

comment on table corporate_action_entries is
  'Each corporate action as its provider has entered it. Table corporate_actions has what those of one day come to.';
comment on column corporate_action_entries.action_id is
  'The provider''s id. Where it gives none (Yahoo): kind, symbol, date and a number within the day.';
comment on column corporate_action_entries.process_date is
  'When it is processed: by this date Alpaca selects what it answers. Null where it is not known.';

-- What an action was before it was changed or withdrawn, and when that was.
create table corporate_action_revisions (
  revision_id bigint generated always as identity,
  source text not null,
  action_id text,
  symbol text not null,
  action text not null,
  ex_date date not null,
  process_date date,
  amount numeric,
  ratio numeric,
  new_symbol text,
  stored_at timestamptz not null,
  replaced_at timestamptz not null default now(),
  why text not null,
  constraint corporate_action_revisions_one_row_a_revision primary key (revision_id),
  constraint corporate_action_revisions_why_is_known check (why in ('changed', 'withdrawn', 'no id', 'not above zero'))
);

create index corporate_action_revisions_by_symbol on corporate_action_revisions (symbol, revision_id);

comment on column corporate_action_revisions.action_id is 'Null for a row from before 0.2, which knew no ids.';
comment on column corporate_action_revisions.why is
  'changed: the provider tells it otherwise under the same id; withdrawn: a full answer no longer has it; no id: a row from before 0.2 made room for what a full answer has; not above zero: such a row from before 0.2 was never an action.';

-- What the entries of one day and kind come to: amounts add up, ratios of the share itself multiply. Of mergers,
-- spin-offs and renames, which concern another share each, the newest stands.
create function combine_actions(of_source text, of_symbol text, of_action text, of_date date) returns void
  language plpgsql as $$
begin
  insert into corporate_actions as day (source, symbol, action, ex_date, amount, ratio, new_symbol)
  select of_source, of_symbol, of_action, of_date, t.amount,
    case when t.entries > 1 and of_action in ('split', 'stock_dividend', 'unit_split') then t.ratio else n.ratio end,
    n.new_symbol
  from (
    select count(*) as entries, sum(e.amount) as amount, product(e.ratio) as ratio
    from corporate_action_entries e
    where e.source = of_source and e.symbol = of_symbol and e.action = of_action and e.ex_date = of_date) t
  cross join lateral (
    select e.ratio, e.new_symbol
    from corporate_action_entries e
    where e.source = of_source and e.symbol = of_symbol and e.action = of_action and e.ex_date = of_date
    order by e.stored_at desc, e.action_id desc
    limit 1) n
  on conflict on constraint corporate_actions_one_row_an_action do update
  set amount = excluded.amount, ratio = excluded.ratio, new_symbol = excluded.new_symbol, stored_at = excluded.stored_at
  where (day.amount, day.ratio, day.new_symbol)
    is distinct from (excluded.amount, excluded.ratio, excluded.new_symbol);
  if not exists (select from corporate_action_entries e
      where e.source = of_source and e.symbol = of_symbol and e.action = of_action and e.ex_date = of_date) then
    delete from corporate_actions day
    where day.source = of_source and day.symbol = of_symbol and day.action = of_action and day.ex_date = of_date;
  end if;
end
$$;

-- Whoever changes or removes an entry, in whatever way, leaves the old values behind, and the day follows.
create function entries_keep_revision() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    insert into corporate_action_revisions (source, action_id, symbol, action, ex_date, process_date, amount, ratio,
        new_symbol, stored_at, why)
      values (old.source, old.action_id, old.symbol, old.action, old.ex_date, old.process_date, old.amount, old.ratio,
        old.new_symbol, old.stored_at, case tg_op when 'UPDATE' then 'changed' else 'withdrawn' end);
    perform combine_actions(old.source, old.symbol, old.action, old.ex_date);
  end if;
  if tg_op <> 'DELETE' then
    perform combine_actions(new.source, new.symbol, new.action, new.ex_date);
  end if;
  return null;
end
$$;

create trigger entries_keep_revision after insert or update or delete on corporate_action_entries
  for each row execute function entries_keep_revision();

-- Yahoo's dividends of nothing were taken until now.
with never as (
  delete from corporate_actions where amount <= 0 and ratio is null and new_symbol is null returning *
)
insert into corporate_action_revisions (source, symbol, action, ex_date, amount, ratio, new_symbol, stored_at, why)
select source, symbol, action, ex_date, amount, ratio, new_symbol, stored_at, 'not above zero' from never;

update corporate_actions set amount = null where amount <= 0;

alter table corporate_actions add constraint corporate_actions_amount_is_positive check (amount > 0);

comment on table corporate_actions is
  'One row a source, symbol, kind and day: what the rows of corporate_action_entries come to. A row from before 0.2 has none there until a full answer about its day is read.';
