-- Each bar stands once, under its key; a row with the same values is not touched, and never loses its finality.
insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, trade_count, vwap,
  final, adjusted_as_of)
select distinct on (source, feed, symbol, timeframe, ts) source, feed, symbol, timeframe, ts, open, high, low,
  close, volume, trade_count, vwap, final, adjusted_as_of
from rows from (jsonb_to_recordset(:?rows::jsonb) as (source text, feed text, symbol text, timeframe text,
  ts timestamptz, open numeric, high numeric, low numeric, close numeric, volume numeric, trade_count bigint,
  vwap numeric, final boolean, adjusted_as_of timestamptz)) with ordinality
  as served (source, feed, symbol, timeframe, ts, open, high, low, close, volume, trade_count, vwap, final,
  adjusted_as_of, nth)
order by source, feed, symbol, timeframe, ts, nth desc
on conflict on constraint bars_one_row_a_bar do update
set open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
  volume = excluded.volume, trade_count = excluded.trade_count, vwap = excluded.vwap,
  final = bars.final or excluded.final, adjusted_as_of = excluded.adjusted_as_of
where (bars.open, bars.high, bars.low, bars.close, bars.volume, bars.trade_count, bars.vwap)
    is distinct from (excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume,
      excluded.trade_count, excluded.vwap)
  or (excluded.final and not bars.final)
