-- Keeps what the source says of a symbol's currency and zone; writes nothing where it is known already.
update symbols
set currency = coalesce(:?currency, currency), time_zone = coalesce(:?zone, time_zone), updated_at = now()
where symbol = :?symbol
  and (currency, time_zone) is distinct from (coalesce(:?currency, currency), coalesce(:?zone, time_zone))
