package dev.caravan.stream;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * The digits of a binary number as JSON writes them: the shortest decimal that gives the same
 * number, so that a price that came as 150.1 is 150.1 again. What Java 17 makes of a double is not
 * always the shortest.
 */
final class ShortestDecimal {
  /** A decimal of so many digits gives a double of its own, which no other such decimal gives. */
  private static final double LIMIT = 1e15;

  /** Below it a number is written with an exponent. */
  private static final double LEAST_PLAIN = 1e-6;

  /** Prices have two decimals mostly, and four where they are averages or below a dollar. */
  private static final int[] PLACES = {2, 4, 6, 9};

  private static final double[] POWERS = {1e2, 1e4, 1e6, 1e9};

  private static final int MOST_DIGITS = 17;
  private static final int MOST_SINGLE_DIGITS = 9;

  /** The exponent from which on a number is written with it. */
  private static final int FIRST_EXPONENT = 21;

  private static final int LAST_EXPONENT = -7;

  private ShortestDecimal() {}

  /**
   * Writes a number of at most nine decimals and 15 digits.
   *
   * @return the index behind its last digit; -1 for a number that is not so simple
   */
  static int put(double number, char[] to, int at) {
    double size = Math.abs(number);
    if (!(size < LIMIT) || size < LEAST_PLAIN) {
      // Zero is one of these, and rare.
      return -1;
    }
    for (int i = 0; i < POWERS.length; i++) {
      double scaled = Math.rint(size * POWERS[i]);
      if (scaled >= LIMIT) {
        return -1;
      }
      // The power is exact, and so is the division rounded once, as reading the decimal is.
      if (scaled / POWERS[i] == size) {
        return put((long) scaled, PLACES[i], number < 0, to, at);
      }
    }
    return -1;
  }

  private static int put(long unscaled, int places, boolean negative, char[] to, int at) {
    long rest = unscaled;
    int decimals = places;
    while (decimals > 0 && rest % 10 == 0) {
      rest /= 10;
      decimals--;
    }
    int next = at;
    if (negative) {
      to[next++] = '-';
    }
    int digits = 1;
    for (long power = 10; digits < 18 && rest >= power; power *= 10) {
      digits++;
    }
    digits = Math.max(digits, decimals + 1);
    int end = next + digits + (decimals > 0 ? 1 : 0);
    int place = end;
    for (int i = 0; i < digits; i++) {
      if (i == decimals && decimals > 0) {
        to[--place] = '.';
      }
      to[--place] = (char) ('0' + rest % 10);
      rest /= 10;
    }
    return end;
  }

  /** The digits of any number that is finite. */
  static String of(double number) {
    if (number == 0) {
      return 1 / number < 0 ? "-0" : "0";
    }
    BigDecimal exact = new BigDecimal(number);
    int digits = 1;
    while (digits < MOST_DIGITS && rounded(exact, digits).doubleValue() != number) {
      digits++;
    }
    return text(rounded(exact, digits));
  }

  /** The same of a number of 32 bits. */
  static String ofSingle(float number) {
    if (number == 0) {
      return of(number);
    }
    BigDecimal exact = new BigDecimal(number);
    int digits = 1;
    while (digits < MOST_SINGLE_DIGITS && rounded(exact, digits).floatValue() != number) {
      digits++;
    }
    return text(rounded(exact, digits));
  }

  private static BigDecimal rounded(BigDecimal exact, int digits) {
    return exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
  }

  private static String text(BigDecimal rounded) {
    BigDecimal number = rounded.stripTrailingZeros();
    int exponent = number.precision() - number.scale() - 1;
    if (exponent > LAST_EXPONENT && exponent < FIRST_EXPONENT) {
      return number.toPlainString();
    }
    String digits = number.unscaledValue().abs().toString();
    return (number.signum() < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + (exponent < 0 ? "e-" : "e+")
        + Math.abs(exponent);
  }
}
