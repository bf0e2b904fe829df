package dev.caravan.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * As many seeds as are asked for, {@code -Dseeds=N} and {@code -Dfrom=K}, or {@code -Dseed=N}
 * alone.
 */
class SeedsStorm {
  private final StormRun run = new StormRun();

  @Test
  void everySeedEndsWithWhatTheExchangeSays() throws Exception {
    String alone = System.getProperty("seed", "");
    if (!alone.isEmpty()) {
      Storm.Outcome outcome = Storm.run(run.plan(StormRun.Seed.of(alone)));
      outcome.story().forEach(System.out::println);
      System.out.println(outcome);
      assertThat(outcome.wrong()).isEmpty();
      return;
    }
    long from = Long.getLong("from", 1);
    long count = Long.getLong("seeds", 100);
    List<StormRun.Seed> failed = new ArrayList<>();
    long begun = System.nanoTime();
    for (long number = from; number < from + count; number++) {
      StormRun.Seed seed = new StormRun.Seed(number, List.of());
      Storm.Outcome outcome = run.run(seed);
      if (!outcome.passed()) {
        StormRun.Seed smaller = Boolean.getBoolean("shrink") ? run.smaller(seed) : seed;
        System.out.println("  smaller: " + smaller);
        failed.add(smaller);
      } else if (Boolean.getBoolean("storm.each")) {
        System.out.println("seed " + number + " passed in " + outcome.millis() + " ms");
      }
    }
    double minutes = (System.nanoTime() - begun) / 6e10;
    System.out.printf(
        "Storm: %d seeds from %d on: %d passed, %d failed %s, %.1f seeds a minute%n",
        count, from, count - failed.size(), failed.size(), failed, count / minutes);
    assertThat(failed).isEmpty();
  }
}
