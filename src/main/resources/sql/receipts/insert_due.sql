-- Each active symbol is owed what the calendar of its exchange says, once; a receipt that is there is marked to be counted again.
insert into receipts (source, feed, dataset, symbol, timeframe, session, expected, stored, no_trade, missing,
  calendar, opens_at, closes_at)
select due.source, due.feed, 'bars', s.symbol, due.timeframe, day::date, owed.expected, 0, 0, owed.expected,
  exchange.calendar,
  case when exchange.calendar = 'New York' then due.opens_at else day at time zone exchange.zone end,
  case when exchange.calendar = 'New York' then due.closes_at
    else (day + interval '1 day') at time zone exchange.zone end
from jsonb_to_recordset(:?due::jsonb) as due (source text, feed text, timeframe text, session date, after date,
    opens_at timestamptz, closes_at timestamptz, expected integer)
  -- Of what retention drops nobody owes anything.
  join symbols s on s.status = 'active' and due.source = any (s.sources) and due.opens_at >= retained_since('bars')
  -- What Alpaca serves is listed in the US. A pair of currencies of which one is crypto is traded every day.
  cross join lateral (
    select coalesce(s.time_zone, 'UTC') as zone,
      case
        when 'alpaca' = any (s.sources) or s.time_zone = 'America/New_York' then 'New York'
        when s.time_zone = 'UTC' and s.symbol ~ '-[A-Z]{3,4}$' then 'every day'
        else 'unknown: ' || coalesce(s.time_zone, 'the exchange is not known yet')
      end as calendar
  ) as exchange
  cross join lateral (
    select case when exchange.calendar not like 'unknown%' then due.expected end as expected
  ) as owed
  cross join lateral generate_series(
    case when exchange.calendar = 'every day' then due.after + 1 else due.session end::timestamp,
    due.session::timestamp, interval '1 day') as day
-- What the stream has said may still be on its way, where it goes by Kafka: a later run counts it.
where :?kafka::boolean is not true or due.source <> 'alpaca' or due.feed <> :?stream
  or due.closes_at + interval '2 min' <= (select min(w.stored_to) from store_watermarks w where w.topic = :?topic)
on conflict on constraint receipts_one_row_a_session do update
set expected = excluded.expected, stored = 0, no_trade = 0, missing = excluded.missing,
  calendar = excluded.calendar, opens_at = excluded.opens_at, closes_at = excluded.closes_at, counted_at = null
