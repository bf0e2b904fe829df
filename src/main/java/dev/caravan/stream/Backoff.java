package dev.caravan.stream;

import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next connect: exponential, with jitter, so that many clients that
 * were cut off together do not come back together.
 */
final class Backoff {
  private static final int MOST_DOUBLINGS = 20;

  private final long minMs;
  private final long maxMs;
  private final DoubleSupplier random;
  private int failures;

  /**
   * @param random from 0 to 1
   */
  Backoff(long minMs, long maxMs, DoubleSupplier random) {
    this.minMs = minMs;
    this.maxMs = maxMs;
    this.random = random;
  }

  /** From the shortest wait up to what has doubled with each call since the last success. */
  long nextMs() {
    long most = Math.min(maxMs, minMs << Math.min(failures, MOST_DOUBLINGS));
    failures++;
    return minMs + Math.round((most - minMs) * (0.5 + random.getAsDouble() / 2));
  }

  void succeeded() {
    failures = 0;
  }
}
