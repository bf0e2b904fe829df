package dev.caravan.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ledger.BackfillFigures.Seen;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  @Test
  void theGuessRulesUntilARangeIsDoneAndThenWhatItHad() {
    Progress guessed = Progress.of(new Seen(true, 45_000, 100, 0, 0, 0), 900, TEN_SECONDS, 187);
    assertThat(guessed.line())
        .isEqualTo(
            "backfill: 50 %, 45,000 rows stored, 4,500 rows/s, 187 requests left in the budget,"
                + " about 10 s to go");
    // 20 of the 100 had 400 rows each, so that 10,000 rows are a quarter.
    Progress known = Progress.of(new Seen(true, 10_000, 100, 0, 20, 8_000), 900, TEN_SECONDS, 0);
    assertThat(known.line())
        .isEqualTo(
            "backfill: 25 %, 10,000 rows stored, 1,000 rows/s, 0 requests left in the budget,"
                + " about 30 s to go");
  }

  @Test
  void whatAnEarlierStartHasDoneCountsForTheBarAndNotForTheRate() {
    Progress resumed =
        Progress.of(new Seen(true, 10_000, 200, 100, 50, 10_000), 900, TEN_SECONDS, 5);
    assertThat(resumed.line())
        .isEqualTo(
            "backfill: 75 %, 10,000 rows stored, 1,000 rows/s, 5 requests left in the budget,"
                + " about 10 s to go");
  }

  @Test
  void itIsNeverAllBeforeTheLastRangeIsDone() {
    assertThat(Progress.of(new Seen(true, 1_000_000, 100, 0, 99, 990), 900, TEN_SECONDS, 1).line())
        .startsWith("backfill: 99 %");
    assertThat(Progress.of(new Seen(true, 1_000, 100, 0, 100, 1_000), 900, TEN_SECONDS, 1).line())
        .startsWith("backfill: 100 %")
        .endsWith("about 0 s to go");
  }

  @Test
  void aPlanThatWasDoneBeforeIsAllDone() {
    assertThat(Progress.of(new Seen(true, 0, 100, 100, 0, 0), 900, Duration.ZERO, 200).line())
        .isEqualTo(
            "backfill: 100 %, 0 rows stored, 0 rows/s, 200 requests left in the budget, about 0 s"
                + " to go");
  }

  @Test
  void nothingIsSaidOfTheEndBeforeAnythingIsKnown() {
    assertThat(Progress.of(new Seen(true, 0, 100, 0, 0, 0), 900, TEN_SECONDS, 200).line())
        .endsWith("remaining time unknown");
  }

  @Test
  void theBarFillsTheLineButForItsLastColumn() {
    Progress half = Progress.of(new Seen(true, 45_000, 100, 0, 0, 0), 900, TEN_SECONDS, 187);
    assertThat(half.bar(80))
        .isEqualTo(
            "[##########---------]  50 % 45,000 rows, 4,500/s, 187 requests left, 10 s to go")
        .hasSize(79);
    assertThat(half.bar(100)).hasSize(99).startsWith("[####").contains("-]  50 %");
  }

  @Test
  void aNarrowTerminalGetsWhatFits() {
    Progress half = Progress.of(new Seen(true, 45_000, 100, 0, 0, 0), 900, TEN_SECONDS, 187);
    assertThat(half.bar(60)).isEqualTo("50 % 45,000 rows, 4,500/s, 187 requests left, 10 s to go");
    assertThat(half.bar(56)).isEqualTo("50 % 45,000 rows, 4,500/s, 187 left, 10 s");
    assertThat(half.bar(20)).isEqualTo("50 % 45,000 rows, 4");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 s",
    "1, 1 s",
    "59000, 59 s",
    "59001, 1 min 0 s",
    "190000, 3 min 10 s",
    "7500000, 2 h 5 min",
    "180000000, 2 d 2 h"
  })
  void aTimeHasItsTwoLargestUnits(long millis, String text) {
    assertThat(Progress.time(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @Test
  void theWidthIsThatOfTheEnvironmentOrWhatTheTerminalSays() {
    assertThat(Terminal.of(true, Map.of("COLUMNS", "132"), 60)).isEqualTo(new Terminal(true, 132));
    assertThat(Terminal.of(true, Map.of("COLUMNS", "wide"), 60)).isEqualTo(new Terminal(true, 60));
    assertThat(Terminal.of(false, Map.of(), 80)).isEqualTo(new Terminal(false, 80));
    assertThat(Terminal.of(true, Map.of("TERM", "dumb"), 80).present()).isFalse();
  }
}
