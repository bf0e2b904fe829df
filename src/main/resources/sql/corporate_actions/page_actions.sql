-- One page of corporate actions, the newest ex-date first; writes nothing.
with found as (
  select row_number() over (order by a.ex_date desc, a.symbol desc, a.source desc, a.action desc) as n, a.*
  from corporate_actions a
  where (:?symbol::text is null or a.symbol = (select caravan_spelling(:?symbol::text)))
    and (:?source::text is null or a.source = :?source::text)
    and a.ex_date between coalesce(:?from::date, '-infinity') and coalesce(:?to::date, 'infinity')
    and (:?after_1::date is null
      or (a.ex_date, a.symbol, a.source, a.action) < (:?after_1::date, :?after_2::text, :?after_3::text, :?after_4::text))
  order by a.ex_date desc, a.symbol desc, a.source desc, a.action desc
  limit :?limit::integer + 1
)
select '[' || coalesce(string_agg(row_to_json(r)::text, ',' order by f.n)
    filter (where f.n <= :?limit::integer), '') || ']' as body,
  case when max(f.n) > :?limit::integer then min(json_build_array(f.ex_date, f.symbol, f.source, f.action)::text)
    filter (where f.n = :?limit::integer) end as next,
  case when count(*) = 0 and not exists (select from symbols s where s.symbol = (select caravan_spelling(:?symbol::text)))
    then (select caravan_spelling(:?symbol::text)) end as unknown
from found f
cross join lateral (
  select f.source, f.symbol, f.action, f.ex_date, f.amount, f.ratio, f.new_symbol, api_time(f.stored_at) as stored_at) r
