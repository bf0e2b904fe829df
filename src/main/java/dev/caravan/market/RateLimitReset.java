package dev.caravan.market;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a provider's count of requests changes next: header {@code X-RateLimit-Reset}, in Unix
 * seconds of the provider's clock. Ours may be off, and that of the database by something else, so
 * that only the time until then goes any further.
 */
public final class RateLimitReset {
  /** The limit is one of a minute; what is further off is a clock that is wrong. */
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private RateLimitReset() {}

  /**
   * The time until the reset, by header {@code Date} of the same answer.
   *
   * @param reset header {@code X-RateLimit-Reset}, or null
   * @param date header {@code Date}, or null
   * @param now the time here, for an answer without a date
   * @return zero where it has only just passed; empty where the header is no time within two
   *     minutes
   */
  public static Optional<Duration> until(String reset, String date, Instant now) {
    if (reset == null || !reset.strip().matches("\\d{1,12}")) {
      return Optional.empty();
    }
    Instant at = Instant.ofEpochSecond(Long.parseLong(reset.strip()));
    return Optional.of(ProviderClock.until(at, date, now))
        .filter(until -> until.abs().compareTo(LONGEST) <= 0)
        .map(until -> until.isNegative() ? Duration.ZERO : until);
  }
}
