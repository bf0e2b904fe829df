package dev.caravan.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GapWindowTest {

  @ParameterizedTest
  @ValueSource(strings = {"trades", "quotes"})
  void tradesAndQuotesAreAskedForFrom5SBeforeTo5SAfter(String dataset) {
    assertThat(
            GapWindow.of(
                dataset, "-", "2025-11-19T14:30:02.123456Z", "2025-11-19T14:30:02.123456Z"))
        .isEqualTo(
            new GapWindow(
                Instant.parse("2025-11-19T14:29:57.123456Z"),
                Instant.parse("2025-11-19T14:30:07.123456Z")));
  }

  @ParameterizedTest
  @CsvSource({
    "14:30:20, 14:32:10, 14:28:00, 14:31:00",
    "14:30:00, 14:31:00, 14:28:00, 14:30:00",
    "14:30:10, 14:30:50, 14:28:00, 14:29:00",
    "14:30:00, 14:30:00, 14:28:00, 14:29:00",
    "14:30:59.999999, 14:31:00, 14:28:00, 14:30:00"
  })
  void barsAreAskedForFromTwoMinutesBeforeToTheLastThatWasOver(
      String from, String to, String start, String end) {
    assertThat(GapWindow.of("bars", "1Min", at(from).toString(), at(to).toString()))
        .isEqualTo(new GapWindow(at(start), at(end)));
  }

  @Test
  void longerBarsAreAskedForWhereTheyBegin() {
    assertThat(GapWindow.of("bars", "1Day", "2025-11-19T05:00:00Z", "2025-11-19T21:00:00Z"))
        .isEqualTo(new GapWindow(Instant.parse("2025-11-19T05:00:00Z"), at("20:59:59")));
    assertThat(GapWindow.of("bars", "1Hour", "2025-11-19T15:00:00Z", "2025-11-19T15:00:00Z"))
        .isEqualTo(new GapWindow(at("15:00:00"), at("15:00:00")));
  }

  @Test
  void otherDatasetsHaveNoWindow() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> GapWindow.of("news", "-", "2025-11-19T14:30:00Z", "2025-11-19T14:31:00Z"));
  }

  private static Instant at(String time) {
    return Instant.parse("2025-11-19T" + time + "Z");
  }
}
