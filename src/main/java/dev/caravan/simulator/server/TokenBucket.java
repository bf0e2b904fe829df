package dev.caravan.simulator.server;

import java.time.Duration;
import java.time.Instant;

/** Holds a minute's requests, full at first, and is refilled evenly. */
final class TokenBucket implements RateLimiter.Account {
  private static final double MINUTE = Duration.ofMinutes(1).toNanos();

  private final int capacity;
  private double tokens;
  private Instant filledAt;

  TokenBucket(int capacity) {
    this.capacity = capacity;
    this.tokens = capacity;
  }

  @Override
  public RateLimiter.Verdict take(Instant now) {
    if (filledAt != null && now.isAfter(filledAt)) {
      double refill = Duration.between(filledAt, now).toNanos() / MINUTE * capacity;
      tokens = Math.min(capacity, tokens + refill);
    }
    filledAt = now;
    // A refill of exactly one token may come out a hair less than one.
    boolean passes = tokens >= 1 - 1e-9;
    if (passes) {
      tokens -= 1;
    }
    int remaining = (int) Math.max(0, tokens);
    long wait = (long) ((remaining + 1 - tokens) * MINUTE / capacity);
    return new RateLimiter.Verdict(passes, capacity, remaining, now.plusNanos(wait));
  }
}
