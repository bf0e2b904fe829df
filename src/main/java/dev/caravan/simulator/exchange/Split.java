package dev.caravan.simulator.exchange;

import java.time.LocalDate;

/**
 * A stock split: from the session of {@code date} on, {@code denominator} old shares are {@code
 * numerator} new ones.
 *
 * @param symbol in Alpaca's or Yahoo's spelling
 * @param adjustedFrom first date on which Yahoo tells its history in new shares; until then it
 *     tells the split alone, and older sessions at the prices that were paid
 */
public record Split(
    String symbol, LocalDate date, int numerator, int denominator, LocalDate adjustedFrom) {
  /** Refuses what is no split. */
  public Split {
    if (symbol == null || symbol.isBlank() || date == null || numerator < 1 || denominator < 1) {
      throw new IllegalArgumentException(
          "A split needs a symbol, a date such as 2026-11-20, and a numerator and a denominator of 1"
              + " or more");
    }
    if (adjustedFrom == null) {
      adjustedFrom = date;
    }
  }

  /** A split that Yahoo's history has in it from its date on. */
  public Split(String symbol, LocalDate date, int numerator, int denominator) {
    this(symbol, date, numerator, denominator, date);
  }

  double ratio() {
    return numerator / (double) denominator;
  }
}
