package dev.caravan.simulator.tape;

import dev.caravan.simulator.exchange.Listing;

/** What the dice say about a trade besides its price. */
public final class TradeAttributes {
  private static final String EXCHANGES = "VVVVVVVVVVVVQPKZ";
  private static final int ROUND_LOT = 100;

  private TradeAttributes() {}

  /** Mostly one to a few hundred shares; a third are odd lots. */
  static long size(long bits) {
    int kind = (int) (bits >>> 60);
    long rest = (bits >>> 40) & 0xfffff;
    if (kind < 5) {
      return 1 + rest % (ROUND_LOT - 1);
    }
    return kind < 14 ? ROUND_LOT * (1 + rest % 4) : ROUND_LOT + rest % 900;
  }

  /** IEX for most. */
  static char exchange(long bits) {
    return EXCHANGES.charAt((int) (bits >>> 36) & 15);
  }

  /** Regular, an odd lot below a hundred shares, and sometimes a sweep. */
  static String conditions(long size, long bits) {
    boolean sweep = ((bits >>> 32) & 15) == 0;
    if (size < ROUND_LOT) {
      return sweep ? "@FI" : "@I";
    }
    return sweep ? "@F" : "@";
  }

  /** C for what NASDAQ lists, A for the rest. */
  public static char tape(String symbol) {
    return Listing.exchange(symbol).equals("NASDAQ") ? 'C' : 'A';
  }
}
