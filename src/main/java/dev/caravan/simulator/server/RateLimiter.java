package dev.caravan.simulator.server;

import dev.caravan.simulator.exchange.LimiterKind;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Counts requests a minute, for each key apart. */
public final class RateLimiter {
  /** The account of one key; used under its own lock. */
  interface Account {
    Verdict take(Instant now);
  }

  /**
   * Whether a request passes.
   *
   * @param limit requests a minute
   * @param remaining how many could follow at once
   * @param reset when that number grows next
   */
  public record Verdict(boolean passes, int limit, int remaining, Instant reset) {}

  private final Map<String, Account> accounts = new ConcurrentHashMap<>();
  private final Supplier<Account> opening;

  /**
   * @param perMinute 1 or more
   */
  public RateLimiter(LimiterKind kind, int perMinute) {
    this.opening =
        switch (kind) {
          case TOKEN_BUCKET -> () -> new TokenBucket(perMinute);
          case SLIDING_WINDOW -> () -> new SlidingWindow(perMinute);
        };
  }

  public Verdict take(String key, Instant now) {
    Account account = accounts.computeIfAbsent(key, any -> opening.get());
    synchronized (account) {
      return account.take(now);
    }
  }
}
