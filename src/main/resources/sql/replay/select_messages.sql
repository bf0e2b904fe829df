-- What the stream told of a slice of the day, in its order, each message as Alpaca writes it; writes nothing.
select (extract(epoch from at) * 1000000)::bigint * 1000 + nanos as at_nanos, feed, channel, symbol,
  json_strip_nulls(message)::text as message
from (
  -- A trade as it was told first: what became of it later is told later.
  select t.ts as at, t.nanos, 1 as nth, t.feed, 'trades' as channel, t.symbol,
    json_build_object('T', 't', 'S', t.symbol, 'i', t.trade_id, 'x', t.exchange,
      'p', coalesce(o.price, t.price), 's', coalesce(o.size, t.size),
      'c', case when o.price is null then t.conditions else o.conditions end, 'z', t.tape,
      't', to_char(t.ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || lpad(t.nanos::text, 3, '0') || 'Z')
      as message
  from trades t
    left join lateral (
      select r.price, r.size, r.conditions
      from trade_revisions r
      where t.status <> 'valid'
        and (r.symbol, r.ts, r.exchange, r.trade_id) = (t.symbol, t.ts, t.exchange, t.trade_id)
      order by r.replaced_at
      limit 1
    ) as o on true
  where t.symbol = any (:?symbols::text[]) and t.ts >= :?from::timestamptz and t.ts < :?to::timestamptz
    and t.ts < :?night::timestamptz
    -- What a correction made under an id of its own comes with that correction.
    and (t.status <> 'corrected' or o.price is not null)
  union all
  select c.ts, c.nanos, 3, c.feed, case c.kind when 'corrected' then 'corrections' else 'cancelErrors' end, c.symbol,
    case c.kind
      when 'corrected' then json_build_object('T', 'c', 'S', c.symbol, 'x', c.exchange, 'oi', c.trade_id,
        'op', c.price, 'os', c.size, 'oc', c.conditions, 'ci', c.new_trade_id, 'cp', c.new_price,
        'cs', c.new_size, 'cc', c.new_conditions, 'z', c.tape,
        't', to_char(c.ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || lpad(c.nanos::text, 3, '0') || 'Z')
      else json_build_object('T', 'x', 'S', c.symbol, 'i', c.trade_id, 'x', c.exchange, 'p', c.price,
        's', c.size, 'a', case c.kind when 'error' then 'E' else 'C' end, 'z', c.tape,
        't', to_char(c.ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || lpad(c.nanos::text, 3, '0') || 'Z')
      end
  from trade_corrections c
  where c.symbol = any (:?symbols::text[]) and c.ts >= :?from::timestamptz and c.ts < :?to::timestamptz
    and c.ts < :?night::timestamptz
  union all
  select q.ts, q.nanos, 0, q.feed, 'quotes', q.symbol,
    json_build_object('T', 'q', 'S', q.symbol, 'bx', q.bid_exchange, 'bp', q.bid_price, 'bs', q.bid_size,
      'ax', q.ask_exchange, 'ap', q.ask_price, 'as', q.ask_size, 'c', q.conditions, 'z', q.tape,
      't', to_char(q.ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || lpad(q.nanos::text, 3, '0') || 'Z')
  from quotes q
  where q.symbol = any (:?symbols::text[]) and q.ts >= :?from::timestamptz and q.ts < :?to::timestamptz
    and q.ts < :?night::timestamptz
  union all
  select s.ts, s.nanos, 2, s.feed, 'statuses', s.symbol,
    json_build_object('T', 's', 'S', s.symbol, 'sc', s.status_code, 'sm', s.status, 'rc', s.reason_code,
      'rm', s.reason, 'z', s.tape,
      't', to_char(s.ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || lpad(s.nanos::text, 3, '0') || 'Z')
  from statuses s
  where s.symbol = any (:?symbols::text[]) and s.ts >= :?from::timestamptz and s.ts < :?to::timestamptz
    and s.ts < :?night::timestamptz
  union all
  select l.ts, l.nanos, 2, l.feed, 'lulds', l.symbol,
    json_build_object('T', 'l', 'S', l.symbol, 'u', l.limit_up, 'd', l.limit_down, 'i', l.indicator, 'z', l.tape,
      't', to_char(l.ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || lpad(l.nanos::text, 3, '0') || 'Z')
  from lulds l
  where l.symbol = any (:?symbols::text[]) and l.ts >= :?from::timestamptz and l.ts < :?to::timestamptz
    and l.ts < :?night::timestamptz
  union all
  -- A bar as it was first, once its minute was over; half a minute later what it became.
  select b.ts + interval '1 minute', 0, 4, b.feed, 'bars', b.symbol,
    json_build_object('T', 'b', 'S', b.symbol, 'o', coalesce(r.open, b.open), 'h', coalesce(r.high, b.high),
      'l', coalesce(r.low, b.low), 'c', coalesce(r.close, b.close),
      'v', case when r.open is null then b.volume else r.volume end,
      'n', case when r.open is null then b.trade_count else r.trade_count end,
      'vw', case when r.open is null then b.vwap else r.vwap end,
      't', to_char(b.ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
  from bars b
    left join bar_revisions r on b.revision > 0 and r.revision = 0
      and (r.source, r.feed, r.symbol, r.timeframe, r.ts) = (b.source, b.feed, b.symbol, b.timeframe, b.ts)
  where b.source = 'alpaca' and b.feed in ('iex', 'sip') and b.symbol = any (:?symbols::text[])
    and b.timeframe = '1Min' and b.ts >= :?day::timestamptz and b.ts < :?night::timestamptz
    and b.ts >= :?from::timestamptz - interval '1 minute' and b.ts < :?to::timestamptz - interval '1 minute'
  union all
  select b.ts + interval '90 seconds', 0, 5, b.feed, 'updatedBars', b.symbol,
    json_build_object('T', 'u', 'S', b.symbol, 'o', b.open, 'h', b.high, 'l', b.low, 'c', b.close,
      'v', b.volume, 'n', b.trade_count, 'vw', b.vwap,
      't', to_char(b.ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
  from bars b
  where b.source = 'alpaca' and b.feed in ('iex', 'sip') and b.symbol = any (:?symbols::text[])
    and b.timeframe = '1Min' and b.revision > 0 and b.ts >= :?day::timestamptz and b.ts < :?night::timestamptz
    and b.ts >= :?from::timestamptz - interval '90 seconds' and b.ts < :?to::timestamptz - interval '90 seconds'
  union all
  -- The day itself when the extended hours are over.
  select b.ts + interval '20 hours', 0, 6, b.feed, 'dailyBars', b.symbol,
    json_build_object('T', 'd', 'S', b.symbol, 'o', b.open, 'h', b.high, 'l', b.low, 'c', b.close,
      'v', b.volume, 'n', b.trade_count, 'vw', b.vwap,
      't', to_char(b.ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
  from bars b
  where b.source = 'alpaca' and b.feed in ('iex', 'sip') and b.symbol = any (:?symbols::text[])
    and b.timeframe = '1Day' and b.ts = :?day::timestamptz
    and b.ts >= :?from::timestamptz - interval '20 hours' and b.ts < :?to::timestamptz - interval '20 hours'
) as told
order by at, nanos, nth, symbol, message ->> 'i', message ->> 't'
