-- A bar that is there already is a later word than that of a letter, and stays as it is.
insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, trade_count, vwap, final)
select source, feed, symbol, timeframe, ts, open, high, low, close, volume, trade_count, vwap, final
from jsonb_to_recordset(:?rows::jsonb) as kept (source text, feed text, symbol text, timeframe text,
  ts timestamptz, open numeric, high numeric, low numeric, close numeric, volume numeric, trade_count bigint,
  vwap numeric, final boolean)
on conflict on constraint bars_one_row_a_bar do nothing
