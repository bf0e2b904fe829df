package dev.caravan.simulator.tape;

import java.time.Duration;
import java.util.List;

/**
 * Many trades at an even pace, on demand.
 *
 * @param symbols that are traded in turn
 * @param tradesPerSecond of all symbols together, up to 500,000
 * @param duration for how long
 * @param messagesPerFrame how many trades go into a frame at most
 */
public record Burst(
    List<String> symbols, int tradesPerSecond, Duration duration, int messagesPerFrame) {
  private static final int MAX_RATE = 500_000;
  private static final Duration MAX_DURATION = Duration.ofDays(2);

  /** Refuses values out of range. */
  public Burst {
    if (symbols == null || symbols.isEmpty() || symbols.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("A burst needs symbols");
    }
    if (symbols.stream().distinct().count() != symbols.size()) {
      throw new IllegalArgumentException("A burst names each symbol once");
    }
    if (tradesPerSecond < 1 || tradesPerSecond > MAX_RATE) {
      throw new IllegalArgumentException(
          "tradesPerSecond must be 1 to " + MAX_RATE + ", but is " + tradesPerSecond);
    }
    if (duration == null
        || duration.isNegative()
        || duration.isZero()
        || duration.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException("A burst lasts more than nothing and up to two days");
    }
    if (messagesPerFrame < 1 || messagesPerFrame > 10_000) {
      throw new IllegalArgumentException(
          "messagesPerFrame must be 1 to 10000, but is " + messagesPerFrame);
    }
    symbols = List.copyOf(symbols);
  }

  /** A burst with 100 trades a frame. */
  public static Burst of(List<String> symbols, int tradesPerSecond, Duration duration) {
    return new Burst(symbols, tradesPerSecond, duration, 100);
  }

  /** The same with another number of trades a frame. */
  public Burst withMessagesPerFrame(int newMessagesPerFrame) {
    return new Burst(symbols, tradesPerSecond, duration, newMessagesPerFrame);
  }
}
