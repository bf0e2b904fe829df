package dev.caravan.simulator.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "100.0, 100",
    "99.5, 99.5",
    "0.000001, 0.000001",
    "12.000340, 12.00034",
    "-3.25, -3.25",
    "0.0000001, 0.0000001",
    "1e9, 1000000000",
    "123456789012345.5, 123456789012345.5",
    "1e300, 1e300"
  })
  void aNumberIsPlainAndHasNoZerosAtItsEnd(double value, String text) {
    assertThat(Json.number(value)).isEqualTo(new BigDecimal(text).toPlainString());
  }

  @Test
  void aNumberIsTheShortestThatGivesTheSameDouble() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      double value = random.nextInt(2_000_000_000) / (i % 2 == 0 ? 100.0 : 1e6);
      assertThat(Json.number(value))
          .isEqualTo(new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString());
    }
  }
}
