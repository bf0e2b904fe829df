package dev.caravan.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
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
    try (Lanes lanes = run.lanes()) {
      List<Future<Lanes.Result>> results = new ArrayList<>();
      for (long number = from; number < from + count; number++) {
        results.add(lanes.run(new StormRun.Seed(number, List.of())));
      }
      for (Future<Lanes.Result> each : results) {
        Lanes.Result result = each.get();
        if (!result.passed()) {
          StormRun.tell(result);
          failed.add(result.seed());
        } else if (Boolean.getBoolean("storm.each")) {
          System.out.println("seed " + result.seed() + " passed in " + result.millis() + " ms");
        }
      }
    }
    double minutes = (System.nanoTime() - begun) / 6e10;
    System.out.printf(
        "Storm: %d seeds from %d on: %d passed, %d failed %s, %.1f seeds a minute%n",
        count, from, count - failed.size(), failed.size(), failed, count / minutes);
    if (Boolean.getBoolean("shrink")) {
      for (StormRun.Seed seed : failed) {
        System.out.println("  " + seed + " shrinks to " + run.smaller(seed));
      }
    }
    assertThat(failed).isEmpty();
  }
}
