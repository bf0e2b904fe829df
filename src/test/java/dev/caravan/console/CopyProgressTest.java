package dev.caravan.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.database.CopyFigures.Seen;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CopyProgressTest {
  private static final CopyProgress QUARTER =
      CopyProgress.of("backup", new Seen(true, 0.25, 2_500_000, Duration.ofSeconds(20)));

  @Test
  void aTerminalHasABarWithTheShareTheRowsTheirRateAndTheTimeToGo() {
    assertThat(QUARTER.bar(80))
        .isEqualTo(
            "["
                + "#".repeat(7)
                + "-".repeat(21)
                + "]  25 % 2,500,000 rows, 125,000/s, 1 min 0 s to go");
    assertThat(QUARTER.bar(50)).isEqualTo("25 % 2,500,000 rows, 125,000/s, 1 min 0 s to go");
    assertThat(QUARTER.bar(47)).isEqualTo("25 % 2,500,000 rows, 125,000/s, 1 min 0 s");
  }

  @Test
  void everythingElseHasALineOnceItHasTakenTenSeconds() {
    assertThat(QUARTER.line())
        .isEqualTo("backup: 25 %, 2,500,000 rows, 125,000 rows/s, about 1 min 0 s to go");
    assertThat(QUARTER.isWorthALine()).isTrue();
    assertThat(
            CopyProgress.of("restore", new Seen(true, 0.9, 10, Duration.ofMillis(9_999)))
                .isWorthALine())
        .isFalse();
  }

  @Test
  void nothingIsSaidOfTheEndBeforeAnythingIsKnown() {
    assertThat(CopyProgress.of("restore", new Seen(true, 0, 0, Duration.ZERO)).line())
        .isEqualTo("restore: 0 %, 0 rows, 0 rows/s, remaining time unknown");
    assertThat(CopyProgress.of("restore", new Seen(true, 1, 7, Duration.ofSeconds(1))).line())
        .isEqualTo("restore: 100 %, 7 rows, 7 rows/s, about 0 s to go");
  }
}
