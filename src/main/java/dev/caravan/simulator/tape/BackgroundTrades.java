package dev.caravan.simulator.tape;

import dev.caravan.simulator.exchange.PriceLine;
import dev.caravan.simulator.exchange.SeededRandom;

/**
 * The trades of one symbol that are always there: so many in each minute, a function of symbol and
 * time alone, so that a simulator that is started again tells the same history.
 */
public final class BackgroundTrades implements TradeSeries {
  private static final long MINUTE = 60_000_000_000L;
  private static final long APART = 2_000;

  private final String symbol;
  private final int perMinute;
  private final boolean alwaysOpen;
  private final PriceLine prices;
  private final long seed;
  private final int source;
  private final char tape;
  private final long slot;

  BackgroundTrades(String symbol, int perMinute, boolean alwaysOpen, PriceLine prices) {
    this.symbol = symbol;
    this.perMinute = perMinute;
    this.alwaysOpen = alwaysOpen;
    this.prices = prices;
    this.seed = SeededRandom.seed(symbol, "background");
    this.source = TradeIds.background(symbol);
    this.tape = TradeAttributes.tape(symbol);
    this.slot = MINUTE / perMinute;
  }

  @Override
  public long firstAt(long nanos) {
    long minute = Math.floorDiv(nanos, MINUTE);
    long number = minute * perMinute + Math.min(perMinute - 1, Math.floorMod(nanos, MINUTE) / slot);
    return nanosOf(number) < nanos ? number + 1 : number;
  }

  @Override
  public long nanosOf(long number) {
    long minute = Math.floorDiv(number, perMinute);
    long within = Math.floorMod(number, perMinute) * slot;
    return minute * MINUTE
        + within
        + Long.remainderUnsigned(SeededRandom.bits(seed, number), slot - APART);
  }

  @Override
  public TapeTrade trade(long number) {
    long minute = Math.floorDiv(number, perMinute);
    if (!alwaysOpen && !prices.isInSession(minute)) {
      return null;
    }
    int within = (int) Math.floorMod(number, (long) perMinute);
    long nanos = nanosOf(number);
    long bits = SeededRandom.bits(seed, ~number);
    long size = TradeAttributes.size(bits);
    return new TapeTrade(
        symbol,
        nanos,
        TradeAttributes.exchange(bits),
        TradeIds.id(nanos, source),
        prices.price(minute, within, perMinute),
        size,
        TradeAttributes.conditions(size, bits),
        tape,
        "");
  }
}
