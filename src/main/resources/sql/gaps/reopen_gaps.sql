-- Opens abandoned gaps again, each once: those of the ids, or all that can be asked for; says of each id why it stays as it is.
with asked as (
  select distinct value::bigint as gap_id
  from jsonb_array_elements_text(:?ids::jsonb)
),
named as (
  select gap_id, status, has_history(source, feed, dataset, timeframe) as has_history
  from gaps
  where case when :?ids::jsonb is null then status = 'abandoned' else gap_id in (select gap_id from asked) end
),
reopened as (
  update gaps
  set status = 'open', attempts = 0, waits = 0, alone = false, closed_at = null, next_try_at = :?now::timestamptz,
    -- Of one that went on, what is owed is all until now: what comes after is another gap's, or was delivered.
    to_ts = coalesce(to_ts, greatest(from_ts, :?now::timestamptz))
  from named
  where gaps.gap_id = named.gap_id and gaps.status = 'abandoned' and named.has_history
  returning gaps.gap_id, gaps.dataset, gaps.symbol
)
select gap_id, reopened.gap_id is not null as reopened, reopened.dataset, reopened.symbol,
  case
    when reopened.gap_id is not null then null
    when named.status is null then 'there is no such gap'
    when named.status = 'open' then 'it is open already, and asked for again by itself'
    when named.status <> 'abandoned' then 'it is settled: ' || replace(named.status, '_', ' ')
    else 'there is no history that could be asked for it'
  end as reason
from asked
  full join named using (gap_id)
  left join reopened using (gap_id)
where :?ids::jsonb is not null or reopened.gap_id is not null
order by gap_id
