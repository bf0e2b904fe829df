-- Closes each waiting gap, once, for which Alpaca's word is there by now: no_trades, or filled where rows have come meanwhile.
update gaps g
set closed_at = now(), last_error = null,
  status = case
    when has_rows(g.dataset, g.source, g.feed, g.symbol, g.timeframe, g.from_ts, g.to_ts) then 'filled'
    else 'no_trades' end
where g.source = 'alpaca' and g.status = 'open' and g.empty_at is not null
  and g.to_ts <= g.empty_at - interval '15 s'
  and (alpaca_listed(g.symbol, g.from_ts, g.empty_at)
    -- What was delisted since keeps its name, and its history.
    or alpaca_listed(g.symbol, g.from_ts, g.to_ts)
      and exists (select from symbols s where s.symbol = g.symbol
        and (s.status = 'inactive' or not 'alpaca' = any (s.sources))
        -- Of one that a person removed only a later list says that it was not renamed.
        and (s.status = 'inactive' and s.status_by = 'caravan'
          or exists (select from symbol_lists l where l.source = 'alpaca' and l.read_at >= g.empty_at)
            and not exists (select from listings l where l.symbol = g.symbol and l.ended_at is null)))
      and not exists (select from symbol_changes c
        where c.what = 'symbol' and c.old_value = g.symbol and c.changed_at >= g.from_ts))
returning gap_id, dataset, symbol, status, last_error
