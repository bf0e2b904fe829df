-- At most 200 active symbols of the source without a profile of the last 7 days, those first that were not asked for the longest.
select s.symbol, s.yahoo_symbol
from symbols s
left join company_profiles p on p.symbol = s.symbol
-- One that is always refused must not stand in the way of the others for ever.
left join lateral (
  select max(l.failed_at) as failed_at
  from dead_letters l
  where l.route_id = 'yahoo-profiles' and l.symbol = s.symbol and l.replayed_at is null
) as refused on true
where s.status = 'active' and :?source = any (s.sources)
  and (p.checked_at is null or p.checked_at < now() - interval '7 days')
order by greatest(p.checked_at, refused.failed_at) nulls first, s.symbol
limit 200
