package dev.caravan.simulator.tape;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * One trade of the simulated tape.
 *
 * @param nanos when, in nanoseconds since 1970
 * @param id unique for one symbol and day, and ascending; nearly unique for one exchange and day
 * @param price in ten-thousandths of a dollar
 * @param size in shares
 * @param conditions codes of one letter each, such as {@code @I}
 * @param update what became of it, as REST tells it: {@code canceled}, {@code incorrect} or {@code
 *     corrected}; empty for most
 */
public record TapeTrade(
    String symbol,
    long nanos,
    char exchange,
    long id,
    long price,
    long size,
    String conditions,
    char tape,
    String update) {
  private static final long BILLION = 1_000_000_000L;

  /** When it was traded, to the nanosecond. */
  public Instant at() {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, BILLION), Math.floorMod(nanos, BILLION));
  }

  /** The price in dollars, without trailing zeros. */
  public BigDecimal dollars() {
    return BigDecimal.valueOf(price, 4).stripTrailingZeros();
  }

  public static long nanosOf(Instant at) {
    return at.getEpochSecond() * BILLION + at.getNano();
  }

  public TapeTrade updated(String newUpdate) {
    return new TapeTrade(symbol, nanos, exchange, id, price, size, conditions, tape, newUpdate);
  }

  /** The trade that replaces this one: other price and size, and an id of its own. */
  public TapeTrade corrected(long newPrice, long newSize) {
    return new TapeTrade(
        symbol,
        nanos,
        exchange,
        TradeIds.corrected(id),
        newPrice,
        newSize,
        conditions,
        tape,
        "corrected");
  }
}
