package dev.caravan.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Some seeds of the storm, and each that once found a fault. Profile {@code storm} runs any number.
 */
class StormIT {
  private static final int SEEDS = 16;

  private static Lanes lanes;

  private static final Map<String, Future<Lanes.Result>> RESULTS = new LinkedHashMap<>();

  @BeforeAll
  static void beginAll() throws Exception {
    lanes = new StormRun().lanes();
    Stream.concat(foundOnce(), firstOnes())
        .forEach(seed -> RESULTS.put(seed, lanes.run(StormRun.Seed.of(seed))));
  }

  @AfterAll
  static void close() throws Exception {
    lanes.close();
    RESULTS.clear();
    StormRun.speakAgain();
  }

  @TestFactory
  Stream<DynamicTest> whateverHappensCaravanHasWhatTheExchangeSaysInTheEnd() {
    return firstOnes().map(StormIT::passes);
  }

  @TestFactory
  Stream<DynamicTest> whatWasFoundOnceIsNotThereAgain() throws IOException {
    return foundOnce().map(StormIT::passes);
  }

  private static Stream<String> firstOnes() {
    return IntStream.rangeClosed(1, SEEDS).mapToObj(String::valueOf);
  }

  /**
   * One a line: the seed, with the numbers of its faults where not all are needed, and what it
   * found.
   */
  private static Stream<String> foundOnce() throws IOException {
    try (InputStream file = StormIT.class.getResourceAsStream("/storm/seeds.txt")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split(" ")[0]);
    }
  }

  private static DynamicTest passes(String seed) {
    return DynamicTest.dynamicTest(
        "seed " + seed,
        () -> {
          Lanes.Result result = RESULTS.get(seed).get();
          if (!result.passed()) {
            StormRun.tell(result);
          }
          assertThat(result.wrong()).isEmpty();
        });
  }

  @Test
  void theSameSeedIsTheSameStorm() {
    for (long seed = 1; seed < 1000; seed++) {
      Plan plan = Plan.of(seed, Plan.allKinds());
      assertThat(Plan.of(seed, Plan.allKinds())).isEqualTo(plan);
      assertThat(plan.days()).hasSizeBetween(1, 3);
      assertThat(plan.blows()).hasSizeBetween(5, 15);
    }
  }
}
