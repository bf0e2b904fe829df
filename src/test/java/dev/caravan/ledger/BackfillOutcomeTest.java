package dev.caravan.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.flow.Tally;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BackfillOutcomeTest {
  @Test
  void whatAnAnswerLeavesOutIsWithoutTradeAndWhatIsNotAnsweredIsMissing() {
    BackfillOutcome outcome =
        BackfillOutcome.of(
            List.of(
                row("AAPL", 780, 780, 0, true, null),
                row("THIN", 780, 700, 80, true, null),
                row("CUT", 780, 390, 0, false, "No answer in time")),
            Tally.none());
    assertThat(outcome.expected()).isEqualTo(2340);
    assertThat(outcome.stored()).isEqualTo(1870);
    assertThat(outcome.noTrade()).isEqualTo(80);
    assertThat(outcome.missing()).isEqualTo(390);
    assertThat(outcome.reasons()).containsExactly("CUT not read to the end: No answer in time");
    assertThat(outcome.tally().expected()).isEqualTo(3);
    assertThat(outcome.tally().stored()).isEqualTo(2);
    assertThat(outcome.tally().refused()).isEqualTo(1);
  }

  @Test
  void anAnswerWithoutAnyRowOfASymbolProvesNothing() {
    BackfillOutcome outcome =
        BackfillOutcome.of(List.of(row("ZZZZX", 390, 0, 390, true, null)), null);
    assertThat(outcome.noTrade()).isZero();
    assertThat(outcome.missing()).isEqualTo(390);
    assertThat(outcome.reasons()).containsExactly("no data at all of ZZZZX");
  }

  @Test
  void aSessionThatAnAnswerLeavesOutWithoutAProofIsMissing() {
    BackfillOutcome outcome =
        BackfillOutcome.of(List.of(row("AAPL", 20, 15, 4, true, null)), Tally.none());
    assertThat(outcome.noTrade()).isEqualTo(4);
    assertThat(outcome.missing()).isEqualTo(1);
    assertThat(outcome.reasons())
        .containsExactly(
            "the answer leaves out sessions of AAPL, which does not prove that nothing was traded");
    assertThat(outcome.tally().stored()).isEqualTo(1);
    assertThat(outcome.tally().refused()).isEqualTo(1);
  }

  @Test
  void aSymbolOfAnotherCalendarIsCountedApart() {
    Map<String, Object> london = row("VOD.L", 5, 3, 2, true, null);
    london.put("calendar", false);
    london.put("rows", 5L);
    BackfillOutcome outcome = BackfillOutcome.of(List.of(london), null);
    assertThat(outcome.expected()).isZero();
    assertThat(outcome.missing()).isZero();
    assertThat(outcome.unknown()).isEqualTo(1);
    assertThat(outcome.unknownRows()).isEqualTo(5);
    assertThat(outcome.tally().stored()).isEqualTo(1);
  }

  @Test
  void aStopOfTheRunIsNotForgotten() {
    Tally stopped = new Tally(1, 0, 0, 1, "stopped", List.of(), true);
    assertThat(
            BackfillOutcome.of(List.of(row("AAPL", 1, 0, 0, false, null)), stopped)
                .tally()
                .stopped())
        .isTrue();
  }

  private static Map<String, Object> row(
      String symbol, long expected, long stored, long accounted, boolean done, String reason) {
    Map<String, Object> row = new HashMap<>();
    row.put("symbol", symbol);
    row.put("calendar", true);
    row.put("expected", expected);
    row.put("stored", stored);
    row.put("accounted", accounted);
    row.put("done", done);
    row.put("reason", reason);
    return row;
  }
}
