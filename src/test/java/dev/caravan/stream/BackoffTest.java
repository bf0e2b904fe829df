package dev.caravan.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void withoutLuckTheWaitDoublesUpToTheLongest() {
    assertThat(waits(new Backoff(250, 30_000, () -> 1), 9))
        .containsExactly(250L, 500L, 1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 30_000L, 30_000L);
  }

  @Test
  void withLuckTheWaitIsHalfwayToTheShortest() {
    assertThat(waits(new Backoff(200, 30_000, () -> 0), 4)).containsExactly(200L, 300L, 500L, 900L);
  }

  @Test
  void chanceMovesTheWaitSoThatManyClientsDoNotComeBackTogether() {
    List<Double> chances = new ArrayList<>(List.of(0.0, 0.5, 1.0));
    Backoff backoff = new Backoff(1_000, 1_001_000, () -> chances.remove(0));
    backoff.nextMs();

    assertThat(backoff.nextMs()).isEqualTo(1_750);
    assertThat(backoff.nextMs()).isEqualTo(4_000);
  }

  @Test
  void aSuccessBeginsAnew() {
    Backoff backoff = new Backoff(250, 30_000, () -> 1);
    waits(backoff, 5);
    backoff.succeeded();

    assertThat(waits(backoff, 2)).containsExactly(250L, 500L);
  }

  @Test
  void aServerThatIsAwayForDaysIsStillAskedAtTheLongestWait() {
    assertThat(waits(new Backoff(250, 30_000, () -> 1), 10_000)).endsWith(30_000L);
  }

  private static List<Long> waits(Backoff backoff, int count) {
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      waits.add(backoff.nextMs());
    }
    return waits;
  }
}
