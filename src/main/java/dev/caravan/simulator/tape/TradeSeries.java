package dev.caravan.simulator.tape;

/**
 * Trades in the order of time that are told by their number, so that any part of them can be read
 * without those before it.
 */
interface TradeSeries {
  /** The number of the first trade that is at or after this time. */
  long firstAt(long nanos);

  /** When the trade of this number is, be it traded or not. */
  long nanosOf(long number);

  /** The trade of this number, or null if the market is closed then. */
  TapeTrade trade(long number);
}
