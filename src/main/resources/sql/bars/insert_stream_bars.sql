-- A bar that is final is never overwritten by the first edition of a minute or by a day so far; the newest word stands.
insert into bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, trade_count, vwap, final)
select distinct on (source, feed, symbol, timeframe, ts) source, feed, symbol, timeframe, ts, open, high, low,
  close, volume, trade_count, vwap, final
from rows from (jsonb_to_recordset(:?rows::jsonb) as (source text, feed text, symbol text, timeframe text,
  ts timestamptz, open numeric, high numeric, low numeric, close numeric, volume numeric, trade_count bigint,
  vwap numeric, final boolean)) with ordinality
  as sent (source, feed, symbol, timeframe, ts, open, high, low, close, volume, trade_count, vwap, final, nth)
order by source, feed, symbol, timeframe, ts, nth desc
on conflict on constraint bars_one_row_a_bar do update
set open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
  volume = excluded.volume, trade_count = excluded.trade_count, vwap = excluded.vwap, final = excluded.final
where not bars.final
  and (bars.open, bars.high, bars.low, bars.close, bars.volume, bars.trade_count, bars.vwap, bars.final)
    is distinct from (excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume,
      excluded.trade_count, excluded.vwap, excluded.final)
