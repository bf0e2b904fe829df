package dev.caravan.simulator.replay;

import java.time.LocalDate;

/**
 * A stored day that is to be told again.
 *
 * @param place the database that it is stored in
 * @param day in New York
 * @param speed 1 for the pace at which it happened, 60 for a minute a second
 * @param loop whether it begins again when it is over
 */
public record ReplayOptions(ReplayDatabase place, LocalDate day, double speed, boolean loop) {
  /**
   * The only key id that a replay admits. A Caravan that is pointed here by mistake has the keys of
   * its account, and is refused: what is told again does not get beside what it has.
   */
  public static final String KEY = "REPLAY";

  public static final double FASTEST = 1_000_000;

  /** Refuses a speed out of range. */
  public ReplayOptions {
    if (!(speed > 0 && speed <= FASTEST)) {
      throw new IllegalArgumentException("--speed must be above 0 and at most 1000000");
    }
  }
}
