package dev.caravan.simulator.tape;

import dev.caravan.simulator.exchange.SeededRandom;
import dev.caravan.simulator.exchange.Timeframe;
import java.time.Instant;

/**
 * Ids of trades: the microsecond of the day in New York and, in ten bits, where the trade came
 * from, so that ids ascend through the day and sources that trade at once do not collide.
 */
final class TradeIds {
  /** Of trades that were asked for one by one. */
  static final int SINGLE = 511;

  private static final int SOURCES = 1024;
  private static final int CORRECTED = 512;
  private static final int BACKGROUNDS = 384;
  private static final long MICRO = 1000;

  private static volatile Day last = new Day(0, 0);

  private record Day(long from, long to) {}

  private TradeIds() {}

  /** The source of a symbol's background. */
  static int background(String symbol) {
    return (int) Long.remainderUnsigned(SeededRandom.seed(symbol, "source"), BACKGROUNDS);
  }

  /** The source of a burst, of which more than a hundred at once would collide. */
  static int burst(int number) {
    return BACKGROUNDS + number % (SINGLE - BACKGROUNDS);
  }

  static boolean isBackground(long id) {
    return id % SOURCES < BACKGROUNDS;
  }

  static long corrected(long id) {
    return id + CORRECTED;
  }

  static long id(long nanos, int source) {
    Day day = last;
    if (nanos < day.from || nanos >= day.to) {
      Instant at = Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L));
      Instant midnight = Timeframe.midnight(Timeframe.date(at));
      day =
          new Day(
              TapeTrade.nanosOf(midnight),
              TapeTrade.nanosOf(Timeframe.midnight(Timeframe.date(at).plusDays(1))));
      last = day;
    }
    return (nanos - day.from) / MICRO * SOURCES + source;
  }
}
