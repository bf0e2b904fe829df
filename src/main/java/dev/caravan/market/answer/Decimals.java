package dev.caravan.market.answer;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Turns served numbers into the decimals that are stored. */
public final class Decimals {
  /** So many significant digits tell every float32 from every other. */
  private static final int FLOAT_DIGITS = 9;

  private Decimals() {}

  /**
   * The decimal that was meant. Yahoo keeps prices as float32 and prints them as doubles: 1.3 is
   * served as 1.2999999523162842 (reference yahoo-chart, section 3). A served number that is such a
   * float32 becomes the shortest decimal with the same float32; any other stays as it is. Nothing
   * is ever rounded to a number of places, since a hint of two places would cut prices of penny
   * stocks and currencies.
   *
   * @return without trailing zeros and never with a negative scale: 100, not 1E+2
   */
  public static BigDecimal shortest(BigDecimal served) {
    double asDouble = served.doubleValue();
    float asFloat = (float) asDouble;
    if (asDouble == 0 || !Float.isFinite(asFloat) || asFloat != asDouble) {
      return plain(served);
    }
    BigDecimal exact = new BigDecimal(asDouble);
    // Float.toString of Java 17 prints some floats with a digit too many, so the digits are
    // searched for. Both neighbours are tried: at a power of two the floats below lie nearer than
    // those above, and the nearer decimal can miss the float that the farther one hits.
    for (int digits = 1; digits < FLOAT_DIGITS; digits++) {
      BigDecimal towardsZero = exact.round(new MathContext(digits, RoundingMode.DOWN));
      BigDecimal awayFromZero = exact.round(new MathContext(digits, RoundingMode.UP));
      boolean lower = towardsZero.floatValue() == asFloat;
      boolean upper = awayFromZero.floatValue() == asFloat;
      if (lower && upper) {
        BigDecimal below = exact.subtract(towardsZero).abs();
        BigDecimal above = awayFromZero.subtract(exact).abs();
        return plain(below.compareTo(above) <= 0 ? towardsZero : awayFromZero);
      }
      if (lower || upper) {
        return plain(lower ? towardsZero : awayFromZero);
      }
    }
    return plain(exact.round(new MathContext(FLOAT_DIGITS, RoundingMode.HALF_EVEN)));
  }

  /** The same number without trailing zeros and without an exponent. */
  public static BigDecimal plain(BigDecimal number) {
    BigDecimal stripped = number.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }
}
