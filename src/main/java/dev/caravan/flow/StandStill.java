package dev.caravan.flow;

import java.time.Duration;
import java.time.Instant;

/**
 * Notices that no time passed here while it did elsewhere: the machine was suspended, the process
 * was frozen, or the clock was set forward. Whoever looks often is told so once.
 */
public final class StandStill {
  /** A busy machine may be late by seconds. */
  private static final Duration LONGEST_LATE = Duration.ofMinutes(1);

  private Instant looked = Instant.MAX;

  /** The time at which all stood still, or null where it did not since the last look. */
  public synchronized Instant since(Instant now) {
    Instant last = looked;
    looked = now;
    return now.minus(LONGEST_LATE).isAfter(last) ? last : null;
  }
}
