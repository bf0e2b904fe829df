-- Names as missing, with the reason, each waiting gap of a symbol that was removed, of which lists of two more days prove nothing: nobody follows it, so no later word will.
update gaps g
set status = 'abandoned', closed_at = now(),
  last_error = format('a full answer has nothing of %s, and nothing proves that it was listed and active then: %s; it was removed, so that nothing more will be known of it',
    g.symbol, alpaca_listing_note(g.symbol))
from symbols s
where s.symbol = g.symbol and s.status = 'inactive' and (s.status_by = 'person' or s.alpaca_id is null)
  and g.source = 'alpaca' and g.status = 'open' and g.empty_at is not null
  and g.to_ts <= g.empty_at - interval '15 s'
  and (
    select count(distinct new_york_day(l.read_at)) from symbol_lists l
    where l.source = 'alpaca' and l.read_at >= g.empty_at) >= 2
returning g.gap_id, g.dataset, g.symbol, g.status, g.last_error
