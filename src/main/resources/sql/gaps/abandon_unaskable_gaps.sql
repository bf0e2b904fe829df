-- A gap of the feed that has no history is given up at once, with the reason: there is nobody to ask.
update gaps
set status = 'abandoned', closed_at = now(), last_error = 'feed test has no history that could be asked'
where source = 'alpaca' and feed = 'test' and dataset in ('trades', 'quotes', 'bars', 'corrections')
  and status = 'open' and to_ts is not null
