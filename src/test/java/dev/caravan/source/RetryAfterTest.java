package dev.caravan.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-11-20T15:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "30, , 2026-11-20T15:00:30Z",
    "' 30 ', , 2026-11-20T15:00:30Z",
    "0, , 2026-11-20T15:00:00Z",
    "'Fri, 20 Nov 2026 15:02:00 GMT', , 2026-11-20T15:02:00Z",
    // 1795186800 is this test's now.
    ", 1795186799, 2026-11-20T15:00:00Z",
    ", 1795186860, 2026-11-20T15:01:00Z",
    "30, 1795186860, 2026-11-20T15:00:30Z",
    "soon, 1795186860, 2026-11-20T15:01:00Z"
  })
  void theNextRequestIsAllowedWhenTheHeadersSay(String retryAfter, String reset, Instant at) {
    assertThat(RetryAfter.earliest(retryAfter, reset, null, NOW)).isEqualTo(at);
  }

  /** All times of an answer are of one clock, that of the provider, whatever ours says. */
  @ParameterizedTest
  @CsvSource({
    ", 1795194030, 'Fri, 20 Nov 2026 17:00:00 GMT', 2026-11-20T15:00:30Z",
    ", 1795179630, 'Fri, 20 Nov 2026 13:00:00 GMT', 2026-11-20T15:00:30Z",
    "'Fri, 20 Nov 2026 17:02:00 GMT', , 'Fri, 20 Nov 2026 17:00:00 GMT', 2026-11-20T15:02:00Z",
    "'Fri, 20 Nov 2026 13:02:00 GMT', , 'Fri, 20 Nov 2026 13:00:00 GMT', 2026-11-20T15:02:00Z",
    "30, , 'Fri, 20 Nov 2026 17:00:00 GMT', 2026-11-20T15:00:30Z"
  })
  void aClockThatIsOffMakesNoWaitLongerOrShorter(
      String retryAfter, String reset, String date, Instant at) {
    assertThat(RetryAfter.earliest(retryAfter, reset, date, NOW)).isEqualTo(at);
  }

  @Test
  void aDateThatIsPastMeansNow() {
    assertThat(RetryAfter.earliest("Fri, 20 Nov 2026 14:00:00 GMT", null, null, NOW))
        .isEqualTo(NOW);
  }

  @ParameterizedTest
  @CsvSource({
    ", ",
    "'', ''",
    "soon, later",
    "-5, ",
    "1.5, ",
    "9999999999, ",
    "2026-11-20T15:02:00Z, ",
    // Milliseconds, a wait in seconds beyond a day, and one second more than a day.
    ", 1795186860000",
    // Two hours from now, where nothing says what time it is there.
    ", 1795194000",
    "172800, ",
    "86401, "
  })
  void whatNobodyCanMeanSaysNothing(String retryAfter, String reset) {
    assertThat(RetryAfter.earliest(retryAfter, reset, null, NOW)).isNull();
  }

  @Test
  void aWholeDayIsStillBelieved() {
    assertThat(RetryAfter.earliest("86400", null, null, NOW)).isEqualTo("2026-11-21T15:00:00Z");
  }
}
