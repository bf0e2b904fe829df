-- Takes bars that are new; one that is there already fails them all, and they are merged by upsert_bars instead.
copy bars (source, feed, symbol, timeframe, ts, open, high, low, close, volume, trade_count, vwap, final,
  adjusted_as_of) from stdin (format binary)
