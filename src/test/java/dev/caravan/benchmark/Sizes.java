package dev.caravan.benchmark;

/** How much the race measures: properties of the build, or far less with {@code -Dsmoke}. */
public final class Sizes {
  /** Whether it is only to be seen that everything runs; no figure counts then. */
  public static final boolean SMOKE =
      System.getProperty("smoke") != null && !System.getProperty("smoke").equals("false");

  /** How often each thing is measured, {@code -Drounds}; the median counts. */
  public static final int ROUNDS = of("rounds", 5, 1);

  private Sizes() {}

  /** A property of the build, or how much it is in full and in a smoke run. */
  public static int of(String property, int full, int smoke) {
    return Integer.getInteger(property, SMOKE ? smoke : full);
  }
}
