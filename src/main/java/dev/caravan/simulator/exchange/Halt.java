package dev.caravan.simulator.exchange;

import java.time.LocalDate;

/**
 * A share that is not traded for a while and comes back at another price.
 *
 * @param symbol in Alpaca's or Yahoo's spelling
 * @param from first date without a session
 * @param to first date with one again
 * @param factor of its price from then on: 0.002 for a share that has lost 99.8 %
 */
public record Halt(String symbol, LocalDate from, LocalDate to, double factor) {
  /** Refuses what is no halt. */
  public Halt {
    if (symbol == null
        || symbol.isBlank()
        || from == null
        || to == null
        || to.isBefore(from)
        || !(factor > 0)) {
      throw new IllegalArgumentException(
          "A halt needs a symbol, two dates such as 2026-11-20 in their order, and a factor above"
              + " zero");
    }
  }
}
