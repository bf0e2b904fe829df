package dev.caravan.market;

import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.RefusedRow;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What no bar can be, whatever stands beside it; {@link PriceJumps} looks at its neighbours. What
 * is refused is kept as a dead letter, and what is only doubtful is the provider's word and is
 * stored.
 */
public final class BarCheck {
  /**
   * Providers compute open and close by other rules than high and low (an official close may come
   * from another tape), so that they differ by a little.
   */
  private static final BigDecimal TOLERANCE = new BigDecimal("0.01");

  private BarCheck() {}

  /** As below, of an instrument of the kind that the symbol has the form of. */
  public static Optional<String> fault(Bar bar) {
    return fault(bar, InstrumentKind.of(bar.symbol()));
  }

  /** The fault in plain words, or nothing when the bar can be stored. */
  public static Optional<String> fault(Bar bar, InstrumentKind kind) {
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
              + plain(bar.high())
              + " is below low "
              + plain(bar.low())
              + " of "
              + bar.symbol());
    }
    if (bar.volume() != null && bar.volume().signum() < 0) {
      return Optional.of("volume " + plain(bar.volume()) + " of " + bar.symbol() + " is negative");
    }
    if (!kind.mayBeZeroOrLess()) {
      for (BigDecimal price : new BigDecimal[] {bar.low(), bar.open(), bar.close()}) {
        if (price.signum() <= 0) {
          return Optional.of(
              "price " + plain(price) + " of " + bar.symbol() + " is not above zero");
        }
      }
    }
    return outside("open", bar.open(), bar)
        .or(() -> outside("close", bar.close(), bar))
        .or(() -> extreme(bar, kind));
  }

  /**
   * A row whose bar has a fault, or nothing when the bar can be stored. An extreme price may be
   * true, or be corrected: it is no malformed row but waits like other {@link PriceJumps jumps}.
   *
   * @param served the row as the provider sent it; asked for only where it is refused, since the
   *     texts of all rows, which their numbers keep, take more memory than the bars
   */
  public static Optional<RefusedRow> refused(
      Bar bar, InstrumentKind kind, Supplier<String> served) {
    return fault(bar, kind)
        .map(
            fault ->
                extreme(bar, kind).filter(fault::equals).isPresent()
                    ? PriceJumps.refused(bar, fault)
                    : new RefusedRow(bar.symbol(), fault, served.get()));
  }

  /** A price falls or rises so far within one bar only where it opens or closes there. */
  private static Optional<String> extreme(Bar bar, InstrumentKind kind) {
    BigDecimal low = kind.magnitude(bar.low());
    BigDecimal high = kind.magnitude(bar.high());
    BigDecimal open = kind.magnitude(bar.open());
    BigDecimal close = kind.magnitude(bar.close());
    if (!PriceJumps.isJump(low, high)
        || !PriceJumps.isJump(low, open.min(close)) && !PriceJumps.isJump(high, open.max(close))) {
      return Optional.empty();
    }
    return Optional.of(
        "high "
            + plain(bar.high())
            + " is "
            + PriceJumps.times(low, high)
            + " low "
            + plain(bar.low())
            + " of "
            + bar.symbol());
  }

  private static Optional<String> outside(String field, BigDecimal price, Bar bar) {
    if (price.compareTo(bar.high()) <= 0 && price.compareTo(bar.low()) >= 0) {
      return Optional.empty();
    }
    BigDecimal slack = price.abs().multiply(TOLERANCE);
    boolean above = price.compareTo(bar.high().add(slack)) > 0;
    boolean below = price.compareTo(bar.low().subtract(slack)) < 0;
    if (!above && !below) {
      return Optional.empty();
    }
    return Optional.of(
        field
            + " "
            + plain(price)
            + (above ? " is above high " + plain(bar.high()) : " is below low " + plain(bar.low()))
            + " of "
            + bar.symbol());
  }

  private static String plain(BigDecimal number) {
    return number.toPlainString();
  }

  private static Optional<String> missing(String field, Bar bar) {
    return Optional.of(new MissingDataException(field, bar.symbol()).getMessage());
  }
}
