package dev.caravan.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortestDecimalTest {
  private final char[] digits = new char[40];

  /** A price of up to nine decimals is what JSON wrote, whichever it is. */
  @Test
  void aDecimalComesBackAsItWasWritten() {
    Random dice = new Random(3);
    for (int i = 0; i < 300_000; i++) {
      int places = dice.nextInt(10);
      long unscaled = 1 + (long) (dice.nextDouble() * Math.pow(10, 1 + dice.nextInt(15)));
      BigDecimal number = BigDecimal.valueOf(unscaled, places).stripTrailingZeros();
      if (number.precision() > 15 || number.compareTo(new BigDecimal("0.000001")) < 0) {
        continue;
      }
      String written = number.toPlainString();
      double sent = Double.parseDouble(written);
      if (number.scale() <= 9 && number.precision() - number.scale() + 9 <= 15) {
        assertThat(quick(sent)).isEqualTo(written);
        assertThat(quick(-sent)).isEqualTo("-" + written);
      }
      if (i % 100 == 0) {
        assertThat(ShortestDecimal.of(sent)).isEqualTo(written);
      }
    }
  }

  /** Of any number no shorter decimal gives it, and none of the same length is nearer. */
  @Test
  void noShorterDecimalGivesTheSameNumber() {
    Random dice = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      double number = Double.longBitsToDouble(dice.nextLong());
      if (!Double.isFinite(number) || number == 0) {
        continue;
      }
      BigDecimal written = new BigDecimal(ShortestDecimal.of(number));
      assertThat(written.doubleValue()).isEqualTo(number);
      int precision = written.stripTrailingZeros().precision();
      BigDecimal exact = new BigDecimal(number);
      if (precision > 1) {
        for (RoundingMode mode : new RoundingMode[] {RoundingMode.FLOOR, RoundingMode.CEILING}) {
          assertThat(exact.round(new MathContext(precision - 1, mode)).doubleValue())
              .isNotEqualTo(number);
        }
      }
      int end = ShortestDecimal.put(number, digits, 0);
      if (end >= 0) {
        assertThat(new String(digits, 0, end)).isEqualTo(ShortestDecimal.of(number));
      }
    }
  }

  /** As Go and JavaScript write a number in JSON; Java 17 writes 2.0E-3 as 0.0020. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "2.0E-3, 0.002",
    "2.0E23, 2e+23",
    "1.0E23, 1e+23",
    "8.41E21, 8.41e+21",
    "4.9E-324, 5e-324",
    "1.7976931348623157E308, 1.7976931348623157e+308",
    "1.0E20, 100000000000000000000",
    "123456789012345680000, 123456789012345680000",
    "0.0000012, 0.0000012",
    "0.00000012, 1.2e-7",
    "-0.0, -0",
    "0.0, 0",
    "1.0, 1",
    "0.1, 0.1",
    "0.30000000000000004, 0.30000000000000004",
    "5e-324, 5e-324"
  })
  void aNumberIsWrittenAsJsonWritesIt(double number, String written) {
    assertThat(ShortestDecimal.of(number)).isEqualTo(written);
  }

  private String quick(double number) {
    int end = ShortestDecimal.put(number, digits, 0);
    assertThat(end).as("%s", number).isPositive();
    return new String(digits, 0, end);
  }
}
