package dev.caravan.market;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether the same bars were told on another scale before: the sign of a split that a provider has
 * taken into its history, of one that it has taken out again, or of another currency.
 */
public final class PriceScale {
  /** By so much all prices of a bar have to differ alike. */
  private static final BigDecimal LEAST = new BigDecimal("0.001");

  /** A bar of a session that is not over still grows. */
  private static final BigDecimal LEAST_OF_GROWING = new BigDecimal("0.05");

  /** A price of fewer digits than another is rounded by as much. */
  private static final BigDecimal ROUNDING = new BigDecimal("0.0001");

  private PriceScale() {}

  /**
   * A bar that is stored.
   *
   * @param adjustedAsOf up to when its splits are in it; null where it does not say
   */
  public record Stored(
      Instant ts,
      BigDecimal open,
      BigDecimal high,
      BigDecimal low,
      BigDecimal close,
      boolean complete,
      Instant adjustedAsOf) {}

  /** Whether any bar that is served again has all its prices on another scale. */
  public static boolean differs(Map<Instant, Stored> stored, List<Bar> served) {
    for (Bar bar : served) {
      Stored before = stored.get(bar.ts());
      if (before == null) {
        continue;
      }
      if (before.complete()) {
        if (factor(before, bar).filter(factor -> isOther(factor, LEAST)).isPresent()) {
          return true;
        }
      } else if (ratio(before.open(), bar.open())
          .filter(factor -> isOther(factor, LEAST_OF_GROWING))
          .isPresent()) {
        return true;
      }
    }
    return false;
  }

  /**
   * By what the oldest part of a series was divided, the part that others of its age were divided
   * by too.
   *
   * @return empty where nothing can be compared, or the oldest bars do not agree
   */
  public static Optional<BigDecimal> ofOldest(Map<Instant, Stored> stored, List<Bar> served) {
    List<BigDecimal> oldest = new ArrayList<>();
    for (Bar bar : served) {
      Stored before = stored.get(bar.ts());
      if (before != null && oldest.size() < 3) {
        factor(before, bar).ifPresent(oldest::add);
      }
    }
    if (oldest.isEmpty()) {
      return Optional.empty();
    }
    BigDecimal first = oldest.get(0);
    boolean agree =
        oldest.stream()
            .allMatch(factor -> !isOther(factor.divide(first, MathContext.DECIMAL64), LEAST));
    return agree ? Optional.of(isOther(first, LEAST) ? first : BigDecimal.ONE) : Optional.empty();
  }

  /** By what all four prices of a bar were divided, or empty where they were not divided alike. */
  static Optional<BigDecimal> factor(Stored before, Bar now) {
    Optional<BigDecimal> factor =
        ratio(before.high(), now.high())
            .or(() -> ratio(before.low(), now.low()))
            .or(() -> ratio(before.close(), now.close()));
    return factor.filter(
        by ->
            isProduct(before.open(), now.open(), by)
                && isProduct(before.high(), now.high(), by)
                && isProduct(before.low(), now.low(), by)
                && isProduct(before.close(), now.close(), by));
  }

  /** Zero has no scale, and nothing that changed its sign was only divided. */
  private static Optional<BigDecimal> ratio(BigDecimal before, BigDecimal now) {
    return before.signum() == 0 || before.signum() != now.signum()
        ? Optional.empty()
        : Optional.of(before.divide(now, MathContext.DECIMAL64));
  }

  private static boolean isProduct(BigDecimal before, BigDecimal now, BigDecimal by) {
    BigDecimal off = before.subtract(now.multiply(by)).abs();
    BigDecimal slack = before.abs().multiply(LEAST).max(ROUNDING.multiply(by.max(BigDecimal.ONE)));
    return off.compareTo(slack) <= 0;
  }

  private static boolean isOther(BigDecimal factor, BigDecimal least) {
    return factor.subtract(BigDecimal.ONE).abs().compareTo(least) > 0
        && BigDecimal.ONE
                .divide(factor, MathContext.DECIMAL64)
                .subtract(BigDecimal.ONE)
                .abs()
                .compareTo(least)
            > 0;
  }
}
