-- From when on each dataset is kept is what the settings say, in days: of trades and quotes whole months, of bars days of New York; 0 keeps all.
with asked as (
  select each.dataset,
    case each.dataset
      when 'bars' then new_york_day(cut.at)
      else date_trunc('month', cut.at at time zone 'UTC') at time zone 'UTC'
    end as since
  from (values ('trades', :?trades::integer), ('quotes', :?quotes::integer), ('bars', :?bars::integer))
      as each (dataset, days)
    cross join lateral (select :?now::timestamptz - make_interval(days => each.days) as at) cut
  where each.days > 0
),
kept as (
  delete from retained r where not exists (select from asked a where a.dataset = r.dataset)
)
insert into retained (dataset, since)
select dataset, since from asked
on conflict on constraint retained_one_row_a_dataset do update
set since = excluded.since
