package dev.caravan.source;

import dev.caravan.market.ProviderClock;
import dev.caravan.market.RateLimitReset;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/**
 * When a provider allows the next request, by its own headers. Times in them are of the provider's
 * clock, which the answer's header {@code Date} tells; the result is one of ours.
 */
public final class RetryAfter {
  /** No provider means to be left alone for longer; a header beyond it is a mistake. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private RetryAfter() {}

  /**
   * @param status of the answer
   * @param retryAfter header {@code Retry-After}: seconds or an HTTP date, or null
   * @param reset header {@code X-RateLimit-Reset}: Unix seconds, or null
   * @param date header {@code Date}, or null
   * @return null where neither says anything that can be understood
   */
  public static Instant at(int status, String retryAfter, String reset, String date) {
    // The reset stands on every answer; only with a refusal does it say when to come back.
    return earliest(retryAfter, status == 429 ? reset : null, date, Instant.now());
  }

  static Instant earliest(String retryAfter, String reset, String date, Instant now) {
    Instant at = retryAfter == null ? null : ofRetryAfter(retryAfter.strip(), date, now);
    if (at == null) {
      at = RateLimitReset.until(reset, date, now).map(now::plus).orElse(null);
    }
    if (at == null || at.isAfter(now.plus(LONGEST))) {
      return null;
    }
    return at.isBefore(now) ? now : at;
  }

  private static Instant ofRetryAfter(String value, String date, Instant now) {
    if (value.matches("\\d{1,9}")) {
      return now.plusSeconds(Long.parseLong(value));
    }
    try {
      Instant theirs = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return now.plus(ProviderClock.until(theirs, date, now));
    } catch (DateTimeParseException e) {
      // A header that nobody can read is no reason to fail; the caller backs off by itself.
      return null;
    }
  }
}
