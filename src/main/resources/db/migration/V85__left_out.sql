-- What was listed once and is left to Yahoo by now owes Alpaca nothing since it ended, either.

create or replace function alpaca_unlisted(of_symbol text, from_ts timestamptz, to_ts timestamptz) returns boolean
  language sql stable
  return not alpaca_sent(of_symbol, '-infinity', next_new_york_day(to_ts))
      and not exists (
        select from listings l where l.symbol = of_symbol and new_york_day(l.active_from) <= to_ts)
      and (alpaca_sent(of_symbol, next_new_york_day(to_ts), 'infinity')
        or exists (select from listings l where l.symbol = of_symbol and next_new_york_day(l.absent_at) >= to_ts))
    or exists (
        select from symbols s
        where s.symbol = of_symbol and (s.status = 'inactive' or not 'alpaca' = any (s.sources))
          and (s.status = 'inactive' and s.status_by = 'caravan' or exists (
            select from symbol_lists n
            where n.source = 'alpaca' and n.read_at >= next_new_york_day((
              select max(l.ended_at) from listings l where l.symbol = of_symbol)))))
      and exists (select from listings l where l.symbol = of_symbol)
      and not exists (
        select from listings l
        where l.symbol = of_symbol and (l.ended_at is null or next_new_york_day(l.active_to) > from_ts))
      and not alpaca_sent(of_symbol, new_york_day(from_ts), 'infinity');

comment on column gaps.counted is
  'Whether the receipts of its session were counted since it was settled, or began to wait for Alpaca''s word; all others are true.';
