package dev.caravan.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Some seeds of the storm, and each that once found a fault. Profile {@code storm} runs any number.
 */
class StormIT {
  private static final int SEEDS = 4;

  private final StormRun run = new StormRun();

  static Stream<String> seeds() {
    return Stream.iterate(1, seed -> seed + 1).limit(SEEDS).map(String::valueOf);
  }

  /**
   * One a line: the seed, with the numbers of its faults where not all are needed, and what it
   * found.
   */
  static Stream<String> foundSomething() throws IOException {
    try (InputStream file = StormIT.class.getResourceAsStream("/storm/seeds.txt")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whateverHappensCaravanHasWhatTheExchangeSaysInTheEnd(String seed) throws Exception {
    assertThat(run.run(StormRun.Seed.of(seed)).wrong()).isEmpty();
  }

  @AfterAll
  static void letOthersReadTheLog() {
    StormRun.speakAgain();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("foundSomething")
  void whatWasFoundOnceIsNotThereAgain(String line) throws Exception {
    assertThat(run.run(StormRun.Seed.of(line.split(" ")[0])).wrong()).isEmpty();
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
