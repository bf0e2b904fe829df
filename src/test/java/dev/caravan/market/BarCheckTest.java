package dev.caravan.market;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BarCheckTest {

  @Test
  void a_usual_bar_has_no_fault() {
    assertThat(BarCheck.fault(bar("10", "11", "9", "10.5", "100"))).isEmpty();
  }

  @Test
  void a_high_below_the_low_is_a_fault() {
    assertThat(BarCheck.fault(bar("10", "8.5", "9", "10", "100")))
        .contains("high 8.5 is below low 9 of CL=F");
  }

  @Test
  void a_high_that_is_the_low_is_none() {
    assertThat(BarCheck.fault(bar("9", "9.0", "9", "9", "0"))).isEmpty();
  }

  @Test
  void a_negative_volume_is_a_fault() {
    assertThat(BarCheck.fault(bar("10", "11", "9", "10", "-1")))
        .contains("volume -1 of CL=F is negative");
  }

  @Test
  void an_unknown_volume_is_none() {
    assertThat(BarCheck.fault(bar("10", "11", "9", "10", null))).isEmpty();
  }

  @Test
  void each_missing_price_is_a_fault() {
    assertThat(BarCheck.fault(bar(null, "11", "9", "10", "1")))
        .contains("Missing required data: open of CL=F");
    assertThat(BarCheck.fault(bar("10", null, "9", "10", "1")))
        .contains("Missing required data: high of CL=F");
    assertThat(BarCheck.fault(bar("10", "11", null, "10", "1")))
        .contains("Missing required data: low of CL=F");
    assertThat(BarCheck.fault(bar("10", "11", "9", null, "1")))
        .contains("Missing required data: close of CL=F");
  }

  @Test
  void negative_prices_exist() {
    assertThat(BarCheck.fault(bar("-14", "13.69", "-40.32", "-37.63", "247947"))).isEmpty();
  }

  @Test
  void a_close_outside_of_high_and_low_is_the_providers_word() {
    assertThat(BarCheck.fault(bar("10", "11", "9", "12", "1"))).isEmpty();
  }

  private static Bar bar(String open, String high, String low, String close, String volume) {
    return new Bar(
        "yahoo",
        "-",
        "CL=F",
        "1Day",
        Instant.parse("2020-04-20T04:00:00Z"),
        decimal(open),
        decimal(high),
        decimal(low),
        decimal(close),
        decimal(volume),
        null,
        null,
        true,
        null);
  }

  private static BigDecimal decimal(String text) {
    return text == null ? null : new BigDecimal(text);
  }
}
