package dev.caravan.market;

import java.util.Optional;

/**
 * What no bar can be. Only what contradicts itself is refused: a doubtful price is the provider's
 * word and is stored, and negative prices exist (oil futures, April 2020).
 */
public final class BarCheck {
  private BarCheck() {}

  /** The fault in plain words, or nothing when the bar can be stored. */
  public static Optional<String> fault(Bar bar) {
    if (bar.open() == null) {
      return missing("open", bar);
    }
    if (bar.high() == null) {
      return missing("high", bar);
    }
    if (bar.low() == null) {
      return missing("low", bar);
    }
    if (bar.close() == null) {
      return missing("close", bar);
    }
    if (bar.high().compareTo(bar.low()) < 0) {
      return Optional.of(
          "high "
              + bar.high().toPlainString()
              + " is below low "
              + bar.low().toPlainString()
              + " of "
              + bar.symbol());
    }
    if (bar.volume() != null && bar.volume().signum() < 0) {
      return Optional.of(
          "volume " + bar.volume().toPlainString() + " of " + bar.symbol() + " is negative");
    }
    return Optional.empty();
  }

  private static Optional<String> missing(String field, Bar bar) {
    return Optional.of(new MissingDataException(field, bar.symbol()).getMessage());
  }
}
