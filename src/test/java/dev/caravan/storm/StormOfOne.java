package dev.caravan.storm;

import java.util.List;

/** Seeds one after the other, for those who see only what every class loader has. */
public final class StormOfOne {
  private StormOfOne() {}

  /**
   * What is wrong with the first seed that fails, behind its number; empty where all pass.
   *
   * @param kinds of faults, separated by commas; all where it is empty
   */
  public static List<String> firstFound(int seeds, String kinds) throws Exception {
    StormRun.silence();
    for (long seed = 1; seed <= seeds; seed++) {
      Storm.Outcome outcome = Storm.run(Plan.of(seed, StormRun.kinds(kinds)));
      if (!outcome.passed()) {
        return List.of("seed " + seed, outcome.wrong().get(0));
      }
    }
    return List.of();
  }
}
