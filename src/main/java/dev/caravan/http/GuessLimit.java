package dev.caravan.http;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * How many wrong passwords a client may try. Each address has a few tries, which come back one by
 * one; beyond them even the right password is refused there, or guessing would go on. All addresses
 * together have more, but one that has shown a right password before never waits for the others. A
 * wrong password that is sent again is no further guess: a forgotten monitor locks nobody out.
 */
final class GuessLimit {
  /** Addresses that are remembered, the latest; the memory that strangers can make it take. */
  static final int ADDRESSES = 10_000;

  private static final Tries ONE = new Tries(10, Duration.ofSeconds(30));
  private static final Tries ALL = new Tries(200, Duration.ofSeconds(1));
  private static final int WRONG_ONES = 16;

  /** So many at once, and one more each time this long has passed. */
  private record Tries(int most, Duration each) {}

  /** The tries that are left. */
  private static final class Bucket {
    private final Tries tries;
    private double left;
    private long at;

    Bucket(Tries tries, long now) {
      this.tries = tries;
      this.left = tries.most();
      this.at = now;
    }

    /** How long until there is one, in nanoseconds. */
    long nanosToWait(long now) {
      refill(now);
      return left >= 1 ? 0 : (long) Math.ceil((1 - left) * tries.each().toNanos());
    }

    /** Whether this was the last one. */
    boolean take(long now) {
      refill(now);
      left = Math.max(0, left - 1);
      return left < 1;
    }

    private void refill(long now) {
      left = Math.min(tries.most(), left + (now - at) / (double) tries.each().toNanos());
      at = now;
    }
  }

  private static final class Client {
    private final Bucket tries;
    private final Set<ByteBuffer> wrong = new LinkedHashSet<>();
    private boolean known;

    Client(long now) {
      this.tries = new Bucket(ONE, now);
    }
  }

  private final LongSupplier clock;
  private final Bucket all;
  private final Map<String, Client> clients =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Client> eldest) {
          return size() > ADDRESSES;
        }
      };

  /**
   * @param clock nanoseconds that only go forward
   */
  GuessLimit(LongSupplier clock) {
    this.clock = clock;
    this.all = new Bucket(ALL, clock.getAsLong());
  }

  /**
   * How many seconds this address has to wait before these credentials are looked at; 0 if none.
   */
  synchronized long secondsToWait(String address, byte[] credentials) {
    long now = clock.getAsLong();
    Client client = clients.get(address);
    if (client == null) {
      return seconds(all.nanosToWait(now));
    }
    if (client.wrong.contains(digest(credentials))) {
      return 0;
    }
    long own = client.tries.nanosToWait(now);
    return seconds(own > 0 || client.known ? own : all.nanosToWait(now));
  }

  /** These were right. */
  synchronized void right(String address) {
    client(address).known = true;
  }

  /**
   * These were wrong.
   *
   * @return whether the address has no more tries for now
   */
  synchronized boolean wrong(String address, byte[] credentials) {
    Client client = client(address);
    if (!client.wrong.add(digest(credentials))) {
      return false;
    }
    if (client.wrong.size() > WRONG_ONES) {
      client.wrong.remove(client.wrong.iterator().next());
    }
    long now = clock.getAsLong();
    if (!client.known) {
      all.take(now);
    }
    return client.tries.take(now);
  }

  /** The addresses that it remembers now. */
  synchronized Set<String> addresses() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(clients.keySet()));
  }

  private Client client(String address) {
    return clients.computeIfAbsent(address, unknown -> new Client(clock.getAsLong()));
  }

  private static long seconds(long nanos) {
    return (nanos + 999_999_999) / 1_000_000_000;
  }

  /** No password is kept, not even a wrong one, and nobody makes two that look alike. */
  private static ByteBuffer digest(byte[] credentials) {
    try {
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(credentials));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
