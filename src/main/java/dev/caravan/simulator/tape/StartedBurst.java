package dev.caravan.simulator.tape;

import dev.caravan.simulator.exchange.SeededRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/**
 * A burst that was started: trade k is at the start and k divided by the rate, of the symbols in
 * turn, and everything else of it follows from k. It can be read in any part, long after it ended.
 */
public final class StartedBurst {
  private static final long SECOND = 1_000_000_000L;
  private static final int JITTER = 999;
  private static final int STEP = 512;

  private final Burst burst;
  private final List<String> symbols;
  private final int rate;
  private final long start;
  private final long count;
  private final Clock clock;
  private final int source;
  private final long seed;
  private final long[] anchors;
  private final char[] tapes;

  /**
   * @param anchors the price of each symbol at the start, in ten-thousandths
   */
  StartedBurst(Burst burst, int number, Instant start, Clock clock, long[] anchors) {
    this.burst = burst;
    this.symbols = burst.symbols();
    this.rate = burst.tradesPerSecond();
    this.start = TapeTrade.nanosOf(start);
    this.count = Math.max(1, Math.round(burst.duration().toNanos() / (double) SECOND * rate));
    this.clock = clock;
    this.source = TradeIds.burst(number);
    this.seed = SeededRandom.seed("burst", String.valueOf(this.start));
    this.anchors = anchors.clone();
    this.tapes = new char[symbols.size()];
    for (int i = 0; i < tapes.length; i++) {
      tapes[i] = TradeAttributes.tape(symbols.get(i));
    }
  }

  /** What was asked for. */
  public Burst burst() {
    return burst;
  }

  /** When it began; its first trade is less than a microsecond later. */
  public Instant start() {
    return instant(start);
  }

  /** The first instant after its last trade, rounded up to a whole trade's distance. */
  public Instant end() {
    return instant(start + offset(count));
  }

  /** Whether all its trades have happened. */
  public boolean isOver() {
    return !clock.instant().isBefore(end());
  }

  /** How many trades it has in all. */
  public long count() {
    return count;
  }

  /** How many trades have happened at a time. */
  public long happened(long nanos) {
    if (nanos < start) {
      return 0;
    }
    double about = (nanos - start) / (double) SECOND * rate;
    long next = Math.max(0, Math.min(count, (long) about - 1));
    while (next < count && nanosOf(next) <= nanos) {
      next++;
    }
    return next;
  }

  long nanosOf(long k) {
    return start + offset(k) + 1 + Long.remainderUnsigned(SeededRandom.bits(seed, k), JITTER);
  }

  public TapeTrade trade(long k) {
    int position = (int) (k % symbols.size());
    long nanos = nanosOf(k);
    long bits = SeededRandom.bits(seed, ~k);
    long size = TradeAttributes.size(bits);
    return new TapeTrade(
        symbols.get(position),
        nanos,
        TradeAttributes.exchange(bits),
        TradeIds.id(nanos, source),
        price(position, k / symbols.size(), bits),
        size,
        TradeAttributes.conditions(size, bits),
        tapes[position],
        "");
  }

  /** The trades of one symbol, or null if it has none. */
  TradeSeries series(String symbol) {
    int position = symbols.indexOf(symbol);
    return position < 0 ? null : new OfSymbol(position);
  }

  boolean overlaps(long from, long to) {
    return from <= start + offset(count) && to >= start;
  }

  /** Goes from one level to the next within half a percent, with a few cents of noise. */
  private long price(int position, long number, long bits) {
    long walk = seed + position + 1;
    double from = SeededRandom.uniform(walk, number / STEP);
    double to = SeededRandom.uniform(walk, number / STEP + 1);
    double level = from + (to - from) * (number % STEP) / STEP - 0.5;
    long cents = Math.round(anchors[position] * (1 + 0.01 * level) / 100) + (bits & 3) - 1;
    return Math.max(1, cents) * 100 + ((bits & 0x70) == 0 ? 50 : 0);
  }

  private long offset(long k) {
    return k / rate * SECOND + (k % rate) * SECOND / rate;
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, SECOND), Math.floorMod(nanos, SECOND));
  }

  /** Every so many trades, beginning with one of the first. */
  private final class OfSymbol implements TradeSeries {
    private final int position;

    OfSymbol(int position) {
      this.position = position;
    }

    @Override
    public long firstAt(long nanos) {
      long k = happened(nanos - 1);
      return Math.max(0, (k - position + symbols.size() - 1) / symbols.size());
    }

    @Override
    public long nanosOf(long number) {
      long k = k(number);
      return k < 0 ? Long.MIN_VALUE : k >= count ? Long.MAX_VALUE : StartedBurst.this.nanosOf(k);
    }

    @Override
    public TapeTrade trade(long number) {
      return StartedBurst.this.trade(k(number));
    }

    private long k(long number) {
      return number * symbols.size() + position;
    }
  }
}
