package dev.caravan.simulator.exchange;

/**
 * Repeatable chance: the same seed and index give the same number in every process and on every
 * machine. Only integer arithmetic is used, because the last bit of a floating-point function may
 * differ from one processor to the next.
 */
public final class SeededRandom {
  private static final double IRWIN_HALL_SCALE = StrictMath.sqrt(3);

  private SeededRandom() {}

  /** A seed for one purpose of one symbol, so that its prices and its volumes do not move alike. */
  public static long seed(String symbol, String purpose) {
    long hash = 0xcbf29ce484222325L;
    String text = purpose + '/' + symbol;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    return mix(hash);
  }

  public static long bits(long seed, long index) {
    return mix(seed + index * 0x9e3779b97f4a7c15L);
  }

  /** At least 0 and less than 1. */
  public static double uniform(long seed, long index) {
    return (bits(seed, index) >>> 11) * 0x1.0p-53;
  }

  /** Mean 0, deviation 1, never beyond 3.5: the sum of four uniform numbers. */
  static double normal(long seed, long index) {
    long bits = bits(seed, index);
    double sum = 0;
    for (int shift = 0; shift < 64; shift += 16) {
      sum += ((bits >>> shift) & 0xffff) / 65536.0;
    }
    return (sum - 2) * IRWIN_HALL_SCALE;
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
