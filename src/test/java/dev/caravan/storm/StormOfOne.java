package dev.caravan.storm;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Seeds one after the other, for those who see only what every class loader has. */
public final class StormOfOne {
  private StormOfOne() {}

  /** What came of a seed in words, and behind it what is wrong. */
  public static List<String> outcome(String seed, String kinds) throws Exception {
    StormRun.Seed one = StormRun.Seed.of(seed);
    Storm.Outcome outcome = Storm.run(one.of(Plan.of(one.number(), StormRun.kinds(kinds))));
    return Stream.concat(Stream.of(outcome.toString()), outcome.wrong().stream()).toList();
  }

  /**
   * What is wrong with the first seed of which this is said, behind its number; empty where there
   * is none.
   *
   * @param seeds as {@link StormRun.Seed} reads them
   * @param kinds of faults, separated by commas; all where it is empty
   * @param alone whether no others are drawn, or those that are are left out
   * @param sign a part of what is said
   */
  public static List<String> firstFound(
      List<String> seeds, String kinds, boolean alone, String sign) throws Exception {
    StormRun.silence();
    for (String each : seeds) {
      StormRun.Seed seed = StormRun.Seed.of(each);
      Plan plan =
          alone
              ? Plan.amid(seed.number(), StormRun.kinds(kinds))
              : Plan.of(seed.number(), StormRun.kinds(kinds));
      Storm.Outcome outcome = Storm.run(seed.of(plan));
      if (Boolean.getBoolean("storm.each")) {
        System.out.println(outcome);
      }
      Optional<String> found =
          outcome.wrong().stream().filter(wrong -> wrong.contains(sign)).findFirst();
      if (found.isPresent()) {
        return List.of("seed " + each, found.get());
      }
    }
    return List.of();
  }
}
