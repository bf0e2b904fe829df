package dev.caravan.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DailyWindowTest {
  private static final Instant NOW = Instant.parse("2026-12-01T20:00:00Z");

  @Test
  void withoutABarTheLastYearIsDue() {
    assertThat(DailyWindow.due(null, null, NOW))
        .isEqualTo(new DailyWindow(LocalDate.of(2025, 12, 1), LocalDate.of(2026, 12, 1)));
  }

  @Test
  void aYearBeforeThe29thOfFebruaryIsThe28th() {
    assertThat(DailyWindow.due(null, null, Instant.parse("2028-02-29T20:00:00Z")).from())
        .isEqualTo("2027-02-28");
  }

  @ParameterizedTest
  @CsvSource({
    // A week without a holiday; one with Thanksgiving and the half day after it; from a Saturday.
    "2026-11-20, 2026-11-13",
    "2026-11-30, 2026-11-20",
    "2026-11-21, 2026-11-16"
  })
  void fiveSessionsBeforeTheNewestBarAreDueAgain(String newest, LocalDate from) {
    assertThat(DailyWindow.due(newest, null, NOW))
        .isEqualTo(new DailyWindow(from, LocalDate.of(2026, 12, 1)));
  }

  @ParameterizedTest
  @CsvSource({
    // Daily bars as ever; hourly ones since the session before the newest; minutes always a week.
    "1Day, , 2025-12-01",
    "1Day, 2026-11-30, 2026-11-20",
    "1Hour, , 2026-11-24",
    "1Hour, 2026-12-01, 2026-11-30",
    "1Hour, 2026-11-30, 2026-11-27",
    "1Hour, 2026-09-08, 2026-09-04",
    "1Min, , 2026-11-24",
    "1Min, 2026-12-01, 2026-11-24"
  })
  void eachTimeframeHasItsOwnWindow(String timeframe, String newest, LocalDate from) {
    assertThat(DailyWindow.of(timeframe, newest, null, NOW))
        .isEqualTo(new DailyWindow(from, LocalDate.of(2026, 12, 1)));
  }

  @Test
  void aSessionThatWasAskedForIsTheOnlyOneOfAnyTimeframe() {
    LocalDate only = LocalDate.of(2026, 11, 20);
    for (String timeframe : List.of("1Day", "1Hour", "1Min")) {
      assertThat(DailyWindow.of(timeframe, "2026-11-30", only, NOW))
          .isEqualTo(new DailyWindow(only, only));
    }
  }

  @Test
  void aTimeframeThatNoFlowLoadsHasNoWindow() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DailyWindow.of("5Min", null, null, NOW))
        .withMessageContaining("5Min");
  }

  @Test
  void aBarThatLiesInTheFutureDoesNotTurnTheWindowRound() {
    assertThat(DailyWindow.due("2027-06-01", null, NOW))
        .isEqualTo(new DailyWindow(LocalDate.of(2026, 12, 1), LocalDate.of(2026, 12, 1)));
  }

  @Test
  void aSessionThatWasAskedForIsTheOnlyOne() {
    LocalDate only = LocalDate.of(2026, 11, 20);
    assertThat(DailyWindow.due("2026-11-30", only, NOW)).isEqualTo(new DailyWindow(only, only));
    assertThat(DailyWindow.due(null, only, NOW)).isEqualTo(new DailyWindow(only, only));
  }

  @ParameterizedTest
  @CsvSource({"2026-12-02T04:59:59Z, 2026-12-01", "2026-12-02T05:00:00Z, 2026-12-02"})
  void todayIsTheDateInNewYork(Instant now, LocalDate today) {
    assertThat(DailyWindow.due("2026-11-30", null, now).to()).isEqualTo(today);
    assertThat(DailyWindow.since("2026-11-30", now).to()).isEqualTo(today);
  }

  @Test
  void afterASplitAllIsDueSinceTheOldestBar() {
    assertThat(DailyWindow.since("1998-03-02", NOW))
        .isEqualTo(new DailyWindow(LocalDate.of(1998, 3, 2), LocalDate.of(2026, 12, 1)));
    assertThatExceptionOfType(DateTimeParseException.class)
        .isThrownBy(() -> DailyWindow.since("2nd of March", NOW));
  }

  @Test
  void aWindowReadsAsItsDates() {
    assertThat(DailyWindow.due("2026-11-20", null, NOW)).hasToString("2026-11-13 to 2026-12-01");
    assertThat(DailyWindow.due(null, LocalDate.of(2026, 11, 20), NOW)).hasToString("2026-11-20");
  }
}
