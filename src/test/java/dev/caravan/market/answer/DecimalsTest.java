package dev.caravan.market.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecimalsTest {

  @ParameterizedTest(name = "{0} was {1}")
  @CsvSource({
    "1.2999999523162842, 1.3",
    "-1.2999999523162842, -1.3",
    "150.25, 150.25",
    "150.2500, 150.25",
    "22.389999389648438, 22.39",
    "1518.0999755859375, 1518.1",
    "1.1136000156402588, 1.1136",
    "0.0001, 0.0001",
    "0.00009999999747378752, 0.0001",
    "9.999999747378752E-5, 0.0001",
    "16777216, 16777216",
    "16777216.0, 16777216",
    "731512.1875, 731512.2",
    "123456792, 123456790",
    "100, 100",
    "1E+2, 100",
    "100.00, 100",
    "0, 0",
    "0.000, 0",
    "-37.630001068115234, -37.63"
  })
  void aServedFloatBecomesTheShortestDecimalOfTheSameFloat(String served, String meant) {
    BigDecimal decimal = Decimals.shortest(new BigDecimal(served));
    assertThat(decimal).hasToString(meant);
    assertThat(decimal.scale()).isNotNegative();
  }

  @ParameterizedTest(name = "{0} stays")
  @CsvSource({
    "23.065, 23.065",
    "541.55, 541.55",
    "0.1925, 0.1925",
    "123456789.123456789, 123456789.123456789",
    "1.29999995, 1.29999995",
    "16777217, 16777217",
    "23.06500, 23.065"
  })
  void aNumberThatIsNoFloatStays(String served, String kept) {
    assertThat(Decimals.shortest(new BigDecimal(served))).hasToString(kept);
  }

  @Test
  void whatNoFloatCanHoldStays() {
    assertThat(Decimals.shortest(new BigDecimal("1E+40")).toPlainString())
        .isEqualTo("1" + "0".repeat(40));
    assertThat(Decimals.shortest(new BigDecimal("1E-60")).toPlainString())
        .isEqualTo("0." + "0".repeat(59) + "1");
  }

  @ParameterizedTest
  @CsvSource({
    // 2^90 and 2^-96: the nearest decimal of eight digits is another float, the next one is not.
    "1.2379400392853803E+27, 1237940100000000000000000000",
    "1.262177448353619E-29, 1.2621775E-29",
    // The smallest float: one digit tells it from its neighbours.
    "1.401298464324817E-45, 1E-45"
  })
  void theSearchEndsAtTheFirstDecimalThatIsTheSameFloat(String served, String meant) {
    assertThat(Decimals.shortest(new BigDecimal(served))).hasToString(meant);
  }

  @Test
  void everyFloatSurvivesAndNoneGrowsBeyondNineDigits() {
    Random random = new Random(20240607);
    for (int i = 0; i < 20_000; i++) {
      float price = Float.intBitsToFloat(random.nextInt());
      if (!Float.isFinite(price)) {
        continue;
      }
      BigDecimal found = Decimals.shortest(BigDecimal.valueOf((double) price));
      assertThat(Float.parseFloat(found.toString())).isEqualTo(price == 0 ? 0f : price);
      assertThat(found.stripTrailingZeros().precision()).isLessThanOrEqualTo(9);
    }
  }

  @Test
  void pricesOfFourPlacesComeBackAsTheyWere() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      // Seven digits at most, which every float32 keeps.
      BigDecimal price = BigDecimal.valueOf(1 + random.nextInt(9_999_999), 4);
      BigDecimal served = BigDecimal.valueOf((double) price.floatValue());
      assertThat(Decimals.shortest(served)).isEqualByComparingTo(price);
    }
  }
}
