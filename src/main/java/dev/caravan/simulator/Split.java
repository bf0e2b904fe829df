package dev.caravan.simulator;

import java.time.LocalDate;

/**
 * A stock split: from the session of {@code date} on, {@code denominator} old shares are {@code
 * numerator} new ones.
 *
 * @param symbol in Alpaca's or Yahoo's spelling
 */
public record Split(String symbol, LocalDate date, int numerator, int denominator) {
  /** Refuses what is no split. */
  public Split {
    if (symbol == null || symbol.isBlank() || date == null || numerator < 1 || denominator < 1) {
      throw new IllegalArgumentException(
          "A split needs a symbol, a date such as 2026-11-20, and a numerator and a denominator of 1"
              + " or more");
    }
  }

  double ratio() {
    return numerator / (double) denominator;
  }
}
