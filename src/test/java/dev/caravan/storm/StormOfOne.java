package dev.caravan.storm;

import java.util.List;

/** Seeds one after the other, for those who see only what every class loader has. */
public final class StormOfOne {
  private StormOfOne() {}

  /**
   * What is wrong with the first seed that fails, behind its number; empty where all pass.
   *
   * @param seeds as {@link StormRun.Seed} reads them
   * @param kinds of faults, separated by commas; all where it is empty
   */
  public static List<String> firstFound(List<String> seeds, String kinds) throws Exception {
    StormRun.silence();
    for (String each : seeds) {
      StormRun.Seed seed = StormRun.Seed.of(each);
      Storm.Outcome outcome = Storm.run(StormRun.plan(seed, StormRun.kinds(kinds)));
      if (Boolean.getBoolean("storm.each")) {
        System.out.println(outcome);
      }
      if (!outcome.passed()) {
        return List.of("seed " + each, outcome.wrong().get(0));
      }
    }
    return List.of();
  }
}
