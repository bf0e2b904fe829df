package dev.caravan.market;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BarStartTest {
  @ParameterizedTest
  @CsvSource({
    // Summer and winter, by either clock, from midnight in UTC to the evening.
    "2026-07-01T04:00:00Z, 2026-07-01T04:00:00Z",
    "2026-07-01T05:00:00Z, 2026-07-01T04:00:00Z",
    "2026-07-01T00:00:00Z, 2026-07-01T04:00:00Z",
    "2026-07-01T16:00:00Z, 2026-07-01T04:00:00Z",
    "2026-07-01T23:59:00Z, 2026-07-01T04:00:00Z",
    "2026-01-06T05:00:00Z, 2026-01-06T05:00:00Z",
    "2026-01-06T04:00:00Z, 2026-01-06T05:00:00Z",
    "2026-01-06T00:00:00Z, 2026-01-06T05:00:00Z",
    "2026-01-06T14:30:00Z, 2026-01-06T05:00:00Z",
    // The Fridays and Mondays around the changes of the clock.
    "2026-03-06T05:00:00Z, 2026-03-06T05:00:00Z",
    "2026-03-09T05:00:00Z, 2026-03-09T04:00:00Z",
    "2026-03-09T00:00:00Z, 2026-03-09T04:00:00Z",
    "2026-10-30T05:00:00Z, 2026-10-30T04:00:00Z",
    "2026-11-02T04:00:00Z, 2026-11-02T05:00:00Z",
    // Eight on a Friday evening, which is midnight in UTC, belongs to no Saturday.
    "2026-07-11T00:00:00Z, 2026-07-10T04:00:00Z"
  })
  void aDayBeginsAtMidnightInNewYorkWhoeverSendsIt(Instant sent, Instant midnight) {
    assertThat(BarStart.of("1Day", sent)).isEqualTo(midnight);
  }

  @ParameterizedTest
  @CsvSource({
    "1Min, 2026-07-01T14:30:17.5Z, 2026-07-01T14:30:00Z",
    "1Min, 2026-07-01T14:30:00Z, 2026-07-01T14:30:00Z",
    "5Min, 2026-07-01T14:34:59Z, 2026-07-01T14:30:00Z",
    "15Min, 2026-07-01T14:44:00Z, 2026-07-01T14:30:00Z",
    "1Hour, 2026-07-01T14:30:30Z, 2026-07-01T14:30:00Z"
  })
  void aShorterBarBeginsWhereItsTimeLies(String timeframe, Instant sent, Instant start) {
    assertThat(BarStart.of(timeframe, sent)).isEqualTo(start);
  }
}
