package dev.caravan.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.source.StoppedException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunReportTest {

  @Test
  void theEndOfARunHoldsEveryParameterOfItsStatement() {
    Tally tally =
        Tally.served(3)
            .plus(Tally.empty(of("A"), "no data"))
            .plus(Tally.unrecorded(of("B"), "away"));
    Map<String, Object> expected = new HashMap<>();
    expected.put("run_id", 7L);
    expected.put("flow", "yahoo-bars");
    expected.put("failure", null);
    expected.put("expected", 5);
    expected.put("stored", 3);
    expected.put("empty", 1);
    expected.put("refused", 1);
    expected.put("reason", "away");
    expected.put("note", null);
    expected.put("unit", "symbols");
    expected.put("interrupted", false);
    expected.put("letters", "[{\"symbol\":\"B\",\"reason\":\"away\"}]");
    assertThat(RunReport.ending(7L, "yahoo-bars", tally, null)).isEqualTo(expected);
  }

  @Test
  void aFlowOfFlowsLeavesTheCountsToItsSteps() {
    assertThat(RunReport.ending(7L, "end-of-day", null, "broken"))
        .containsEntry("expected", null)
        .containsEntry("stored", null)
        .containsEntry("empty", 0)
        .containsEntry("refused", 0)
        .containsEntry("failure", "broken")
        .containsEntry("interrupted", false)
        .containsEntry("letters", "[]");
  }

  @Test
  void aRunInWhichCaravanWasStoppedIsInterrupted() {
    assertThat(
            RunReport.ending(
                7L, "yahoo-bars", Tally.refused(of("A"), new StoppedException()), null))
        .containsEntry("interrupted", true);
  }

  @Test
  void theLineOfAGoodRunHasItsCounts() {
    assertThat(
            RunReport.line(
                List.of(Map.of("run_id", 7, "status", "succeeded", "expected", 10, "stored", 10))))
        .isEqualTo("run 7 succeeded: 10 of 10 symbols stored");
  }

  @Test
  void theLineOfARunThatLacksSomethingSaysWhy() {
    assertThat(
            RunReport.line(
                List.of(
                    Map.of(
                        "run_id",
                        7,
                        "status",
                        "partial",
                        "expected",
                        10,
                        "stored",
                        9,
                        "error",
                        "Invalid symbol: ZZZZ"))))
        .isEqualTo("run 7 partial: 9 of 10 symbols stored (Invalid symbol: ZZZZ)");
  }

  @Test
  void flowsOfNewsCountArticles() {
    assertThat(RunReport.ending(7L, "alpaca-news", Tally.articles(2, 0, "none"), null))
        .containsEntry("unit", "articles")
        .containsEntry("note", null);
    assertThat(
            RunReport.line(
                List.of(
                    Map.of(
                        "run_id",
                        7,
                        "flow",
                        "news-load",
                        "status",
                        "succeeded",
                        "expected",
                        2,
                        "stored",
                        2))))
        .isEqualTo("run 7 succeeded: 2 of 2 articles stored");
  }

  @Test
  void anAnswerWithoutArticlesIsSaidToBeOne() {
    assertThat(RunReport.ending(7L, "alpaca-news", Tally.articles(0, 0, "nothing new"), null))
        .containsEntry("expected", 0)
        .containsEntry("note", "nothing new");
  }

  @Test
  void theLineOfASkippedRunHasNoCounts() {
    assertThat(
            RunReport.line(
                List.of(Map.of("run_id", 8, "status", "skipped", "error", "is running already"))))
        .isEqualTo("run 8 skipped (is running already)");
  }

  private static Map<String, Object> of(String symbols) {
    return Map.of("symbols", symbols);
  }
}
