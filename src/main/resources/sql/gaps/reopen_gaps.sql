-- Opens abandoned gaps again and ends the wait of open ones, each once: those of the ids, or all abandoned ones that can be asked for; says of each id why it stays as it is.
with asked as (
  select distinct value::bigint as gap_id
  from jsonb_array_elements_text(:?ids::jsonb)
),
named as (
  select gap_id, status, to_ts is null as goes_on, empty_at is not null as awaits_word,
    has_history(source, feed, dataset, timeframe) as has_history
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
),
hastened as (
  -- What it has tried counts on: a person who asks again and again does not keep it from being abandoned.
  update gaps
  set next_try_at = :?now::timestamptz
  from named
  where gaps.gap_id = named.gap_id and gaps.status = 'open' and named.has_history
    and gaps.to_ts is not null and gaps.empty_at is null and gaps.next_try_at > :?now::timestamptz
  returning gaps.gap_id, gaps.dataset, gaps.symbol
),
due as (
  select gap_id, dataset, symbol from reopened
  union all
  select gap_id, dataset, symbol from hastened
)
select gap_id, due.gap_id is not null as reopened, due.dataset, due.symbol,
  case
    when due.gap_id is not null then null
    when named.status is null then 'there is no such gap'
    when named.status = 'open' and named.goes_on then 'it goes on, and is asked for once it ends'
    when named.status = 'open' and named.awaits_word
      then 'a full answer has no row of it: it waits for Alpaca''s word on its symbol, and is not asked for'
    when named.status = 'open' then 'it is open already, and asked for again by itself'
    when named.status <> 'abandoned' then 'it is settled: ' || replace(named.status, '_', ' ')
    else 'there is no history that could be asked for it'
  end as reason
from asked
  full join named using (gap_id)
  left join due using (gap_id)
where :?ids::jsonb is not null or due.gap_id is not null
order by gap_id
