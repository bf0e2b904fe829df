package dev.caravan.market;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * The one clock of the ledger, and what is known of the provider's beside it. Rows carry the times
 * of the provider, gaps those of this process; where the two differ, a range must rather be too
 * wide: it begins at the {@link #earliest} and ends at the {@link #latest} time that may be meant.
 *
 * <p>The provider tells its time in the header {@code Date} of its answers, in whole seconds.
 */
public final class ProviderClock {
  /** An answer that took longer says too little. */
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(30);

  /** A clock that is further off is no clock: nothing is moved by it, and health says so. */
  private static final Duration FARTHEST = Duration.ofDays(1);

  /** What is further off is said. */
  public static final Duration TOLERATED = Duration.ofSeconds(5);

  /** A date has whole seconds. */
  private static final Duration PRECISION = Duration.ofSeconds(1);

  /** By how much the provider's clock is ahead of ours: at least, and at most. */
  private record Ahead(Duration least, Duration most) {}

  private Clock clock = Clock.systemUTC();
  private volatile Ahead ahead;

  /** What time it is in this process. */
  public void setClock(Clock clock) {
    this.clock = clock;
  }

  /** The time of this process. */
  public Instant now() {
    return clock.instant();
  }

  /**
   * Takes in what an answer of Alpaca's says. No other source is a clock: what the stream owes is
   * Alpaca's alone, and others answer from caches.
   *
   * @param source who answered
   * @param date header {@code Date}; null where the answer had none
   * @param asked when the request went out, at the latest
   */
  public void heard(String source, String date, Instant asked) {
    if (date == null || !source.startsWith("alpaca")) {
      return;
    }
    Instant now = now();
    Instant theirs = read(date);
    if (theirs == null) {
      return;
    }
    if (now.isBefore(asked) || Duration.between(asked, now).compareTo(LONGEST_ANSWER) > 0) {
      return;
    }
    ahead =
        new Ahead(Duration.between(now, theirs), Duration.between(asked, theirs.plus(PRECISION)));
  }

  /**
   * How far off a time is that the provider named in an answer, by the provider's own clock: that
   * of the answer. Negative where it has passed.
   *
   * @param theirs the time that it named
   * @param date header {@code Date} of the same answer; by {@code now} where it cannot be read
   * @param now the time here
   */
  public static Duration until(Instant theirs, String date, Instant now) {
    Instant said = read(date);
    return Duration.between(said == null ? now : said, theirs);
  }

  /** A time in HTTP's form; null where it is none. */
  private static Instant read(String date) {
    try {
      return date == null
          ? null
          : DateTimeFormatter.RFC_1123_DATE_TIME.parse(date.strip(), Instant::from);
    } catch (DateTimeException unreadable) {
      return null;
    }
  }

  /** The earliest time that it may be at the provider, or here if that is earlier. */
  public Instant earliest() {
    return earliestOf(now());
  }

  /** The latest time that it may be at the provider, or here if that is later. */
  public Instant latest() {
    return latestOf(now());
  }

  /** The earlier of a time of this process and what it may have been at the provider then. */
  public Instant earliestOf(Instant ours) {
    Ahead known = ahead;
    return known == null || !plausible(known) || !known.least.isNegative()
        ? ours
        : ours.plus(known.least);
  }

  /** The later of a time of this process and what it may have been at the provider then. */
  public Instant latestOf(Instant ours) {
    Ahead known = ahead;
    return known == null || !plausible(known) || known.most.isNegative()
        ? ours
        : ours.plus(known.most);
  }

  /** The latest time that it may be at the provider: nothing of theirs is younger. */
  public Instant theirLatest() {
    Ahead known = ahead;
    return known == null || !plausible(known) ? now() : now().plus(known.most);
  }

  /**
   * By how much the provider's clock is ahead of ours for certain; empty before it told its time.
   */
  public Optional<Duration> ahead() {
    Ahead known = ahead;
    if (known == null) {
      return Optional.empty();
    }
    if (known.least.compareTo(Duration.ZERO) > 0) {
      return Optional.of(known.least);
    }
    return Optional.of(known.most.isNegative() ? known.most : Duration.ZERO);
  }

  /**
   * What is wrong between the provider's clock and ours, in one sentence; empty where nothing is.
   */
  public Optional<String> fault() {
    return ahead()
        .filter(off -> off.abs().compareTo(TOLERATED) > 0)
        .map(
            off ->
                "This machine's clock is "
                    + off.abs().toSeconds()
                    + " s "
                    + (off.isNegative() ? "ahead of" : "behind")
                    + " Alpaca's: set it right (NTP)");
  }

  private static boolean plausible(Ahead known) {
    return known.least.abs().compareTo(FARTHEST) < 0 && known.most.abs().compareTo(FARTHEST) < 0;
  }
}
