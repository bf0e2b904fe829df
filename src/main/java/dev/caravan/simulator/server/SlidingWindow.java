package dev.caravan.simulator.server;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** Never more than so many in any 60 seconds; refused requests do not count. */
final class SlidingWindow implements RateLimiter.Account {
  private static final Duration WINDOW = Duration.ofSeconds(60);

  private final int perMinute;
  private final Deque<Instant> passed = new ArrayDeque<>();

  SlidingWindow(int perMinute) {
    this.perMinute = perMinute;
  }

  @Override
  public RateLimiter.Verdict take(Instant now) {
    while (!passed.isEmpty() && !passed.peekFirst().plus(WINDOW).isAfter(now)) {
      passed.removeFirst();
    }
    boolean passes = passed.size() < perMinute;
    if (passes) {
      passed.addLast(now);
    }
    return new RateLimiter.Verdict(
        passes, perMinute, perMinute - passed.size(), passed.peekFirst().plus(WINDOW));
  }
}
