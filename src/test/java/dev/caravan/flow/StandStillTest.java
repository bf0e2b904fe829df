package dev.caravan.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class StandStillTest {
  private static final Instant THEN = Instant.parse("2025-11-20T21:00:00Z");

  private final StandStill still = new StandStill();

  @Test
  void theFirstLookKnowsOfNothingBefore() {
    assertThat(still.since(THEN)).isNull();
  }

  @Test
  void aLateLookOfABusyMachineIsNoStandStill() {
    for (int minute = 0; minute < 100; minute++) {
      assertThat(still.since(THEN.plusSeconds(60 * minute))).isNull();
    }
  }

  @Test
  void aStandStillIsToldOnceWithTheTimeAtWhichItBegan() {
    still.since(THEN);

    assertThat(still.since(THEN.plusSeconds(3_600))).isEqualTo(THEN);
    assertThat(still.since(THEN.plusSeconds(3_605))).isNull();
  }

  @Test
  void aClockThatIsSetBackIsNoStandStill() {
    still.since(THEN);

    assertThat(still.since(THEN.minusSeconds(3_600))).isNull();
    assertThat(still.since(THEN.minusSeconds(3_595))).isNull();
  }
}
