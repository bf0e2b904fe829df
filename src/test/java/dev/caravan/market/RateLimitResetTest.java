package dev.caravan.market;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitResetTest {
  /** 15:00 in Unix seconds is 1795186800. */
  private static final Instant NOW = Instant.parse("2026-11-20T15:00:00Z");

  /** The provider's clock, and with it the header, may be hours from ours. */
  @ParameterizedTest
  @CsvSource({
    "1795186830, 'Fri, 20 Nov 2026 15:00:00 GMT'",
    "1795194030, 'Fri, 20 Nov 2026 17:00:00 GMT'",
    "1795179630, 'Fri, 20 Nov 2026 13:00:00 GMT'",
    "1763564430, ' Wed, 19 Nov 2025 15:00:00 GMT '",
    "' 1795186830 ', ",
    "1795186830, a while ago"
  })
  void isCountedFromTheTimeOfTheAnswer(String reset, String date) {
    assertThat(RateLimitReset.until(reset, date, NOW)).contains(Duration.ofSeconds(30));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1795186800", "1795186799", "1795186680"})
  void thatHasJustPassedIsNow(String reset) {
    assertThat(RateLimitReset.until(reset, null, NOW)).contains(Duration.ZERO);
  }

  @Test
  void isWithinTwoMinutes() {
    assertThat(RateLimitReset.until("1795186920", null, NOW)).contains(Duration.ofMinutes(2));
    assertThat(RateLimitReset.until("1795186921", null, NOW)).isEmpty();
    assertThat(RateLimitReset.until("1795186679", null, NOW)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    ", ",
    "'', ",
    "later, ",
    "-30, ",
    "30, ",
    // Milliseconds, and a clock that is wrong by two hours beside no date of its own.
    "1795186830000, ",
    "1795194030, ",
    "1795179630, ",
    "999999999999, 'Fri, 20 Nov 2026 15:00:00 GMT'"
  })
  void isNoneWhereNobodyCanMeanIt(String reset, String date) {
    assertThat(RateLimitReset.until(reset, date, NOW)).isEmpty();
  }
}
