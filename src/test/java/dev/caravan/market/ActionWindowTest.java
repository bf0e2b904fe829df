package dev.caravan.market;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class ActionWindowTest {
  /** Still the 20th in New York. */
  private static final Instant NOW = Instant.parse("2026-11-21T03:00:00Z");

  @Test
  void aYearIsDueTheFirstTimeAndWhatIsAnnounced() {
    assertThat(ActionWindow.due(null, null, null, NOW)).hasToString("2025-11-20 to 2026-12-20");
    assertThat(ActionWindow.due(null, "2026-01-05", null, NOW))
        .hasToString("2025-11-20 to 2026-12-20");
  }

  @Test
  void olderBarsNeedOlderActions() {
    assertThat(ActionWindow.due(null, "2019-03-04", null, NOW))
        .hasToString("2019-03-04 to 2026-12-20");
  }

  @Test
  void afterwardsThirtyDaysOverlap() {
    assertThat(ActionWindow.due("2026-11-19", "2019-03-04", null, NOW))
        .hasToString("2026-10-20 to 2026-12-20");
  }

  @Test
  void oneDateThatWasAskedForIsAll() {
    LocalDate only = LocalDate.of(2026, 11, 2);
    assertThat(ActionWindow.due(null, null, only, NOW)).isEqualTo(new ActionWindow(only, only));
  }
}
