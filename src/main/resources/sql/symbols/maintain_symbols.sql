-- Takes over what a complete list says; a symbol is ended only on the second day on which the list has it as inactive or not at all.
with seen as (
  -- One that is listed twice, as active and as what had the symbol before, is active.
  select distinct on (mine.symbol) mine.symbol, mine.status, mine.sources, mine.alpaca_id, mine.missing_since,
    'alpaca' = any (mine.sources) as asked,
    listed.id, listed.name, listed.exchange, listed.tradable,
    -- Where some row did not say of which symbol it is, it may have been this one.
    coalesce(listed.status, case when :?blind::boolean then 'unreadable' else 'absent' end) as found,
    (:?now::timestamptz at time zone 'America/New_York')::date as today
  from symbols as mine
  left join listed_assets as listed on listed.symbol = mine.symbol
  where (mine.status = 'active' or mine.status_by = 'caravan')
    -- What only Yahoo serves is left alone, unless it was Caravan that left Alpaca out.
    and ('alpaca' = any (mine.sources)
      or (select changed_by from symbol_changes
        where symbol_changes.symbol = mine.symbol and what = 'sources'
        order by change_id desc limit 1) = 'caravan')
  order by mine.symbol, array_position(array['active', 'unreadable', 'inactive'], listed.status),
    (listed.id = mine.alpaca_id) desc nulls last
),
judged as (
  select seen.*,
    case
      -- Under another id it is another company, which nobody has asked for.
      when found = 'active' and asked and status = 'inactive' and id = alpaca_id then 'back'
      when found = 'active' and not asked and status = 'active' then 'known'
      when status = 'inactive' or not asked then 'left'
      when found = 'active' then 'listed'
      when found = 'unreadable' then 'unreadable'
      when missing_since is null or missing_since >= today then 'missing'
      -- One that was renamed has no id any more, and has been listed all the same.
      when found = 'absent' and alpaca_id is null and 'yahoo' = any (sources)
        and not exists (select from listings l where l.symbol = seen.symbol) then 'unknown'
      else 'ended'
    end as verdict
  from seen
),
planned as (
  select judged.symbol, judged.found, judged.verdict,
    case verdict when 'back' then 'active' when 'ended' then 'inactive' else mine.status end as status,
    case verdict when 'known' then array_prepend('alpaca', mine.sources)
      when 'unknown' then array_remove(mine.sources, 'alpaca') else mine.sources end as sources,
    case when verdict in ('listed', 'back', 'known') then coalesce(judged.name, mine.name)
      when verdict = 'left' then mine.name else coalesce(mine.name, judged.name) end as name,
    case when verdict in ('listed', 'back', 'known') then coalesce(judged.exchange, mine.exchange)
      when verdict = 'left' then mine.exchange else coalesce(mine.exchange, judged.exchange) end as exchange,
    case when verdict = 'left' then mine.tradable else coalesce(judged.tradable, mine.tradable) end as tradable,
    case when verdict in ('listed', 'back', 'known') then judged.id
      when verdict = 'left' then mine.alpaca_id else coalesce(mine.alpaca_id, judged.id) end as alpaca_id,
    case when verdict in ('listed', 'back', 'known', 'unknown') then null
      when verdict = 'missing' then coalesce(mine.missing_since, today) else mine.missing_since end as missing_since,
    case verdict when 'back' then null when 'known' then null
      when 'unknown' then 'Alpaca does not know it: only Yahoo is asked'
      when 'ended' then format(case found when 'absent' then 'absent from Alpaca''s list since %s'
        else 'inactive at Alpaca since %s' end, mine.missing_since)
      else mine.note end as note
  from judged join symbols as mine using (symbol)
),
changed as (
  update symbols as mine
  set status = planned.status, sources = planned.sources, name = planned.name, exchange = planned.exchange,
    tradable = planned.tradable, alpaca_id = planned.alpaca_id, missing_since = planned.missing_since,
    note = planned.note, updated_at = :?now::timestamptz
  from planned
  where mine.symbol = planned.symbol
    and (mine.status, mine.sources, mine.name, mine.exchange, mine.tradable, mine.alpaca_id, mine.missing_since,
        mine.note)
      is distinct from (planned.status, planned.sources, planned.name, planned.exchange, planned.tradable,
        planned.alpaca_id, planned.missing_since, planned.note)
)
select symbol, found, verdict, note
from planned
order by symbol
