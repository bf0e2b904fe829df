package dev.caravan.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiFlowsTest {
  /** Thanksgiving 2026 is 26 November; the day after ends at 13:00 New York. */
  @ParameterizedTest
  @CsvSource({
    "0 0 18 ? * MON-FRI, session-days, 2026-11-25T22:59:59Z, 2026-11-25T23:00:00Z",
    "0 0 18 ? * MON-FRI, session-days, 2026-11-25T23:00:00Z, 2026-11-27T23:00:00Z",
    "0 0 18 ? * MON-FRI, always, 2026-11-25T23:00:00Z, 2026-11-26T23:00:00Z",
    "0 * 9-16 ? * MON-FRI, sessions, 2026-11-25T20:58:30Z, 2026-11-25T20:59:00Z",
    "0 * 9-16 ? * MON-FRI, sessions, 2026-11-25T20:59:00Z, 2026-11-27T14:30:00Z",
    "0 * 9-16 ? * MON-FRI, sessions, 2026-11-27T17:59:00Z, 2026-11-30T14:30:00Z",
    // The clocks go forward on 8 March.
    "0 0 6 ? * *, always, 2026-03-07T11:00:00Z, 2026-03-08T10:00:00Z"
  })
  void theNextStartKeepsToTheSessions(String cron, String admits, Instant now, Instant next) {
    assertThat(ApiFlows.next(cron, "America/New_York", admits, now)).isEqualTo(next);
  }

  @Test
  void aCronThatIsOverHasNoNextStart() {
    assertThat(
            ApiFlows.next(
                "0 0 6 1 1 ? 2020", "UTC", "always", Instant.parse("2026-11-20T12:00:00Z")))
        .isNull();
  }
}
