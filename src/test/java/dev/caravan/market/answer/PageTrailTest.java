package dev.caravan.market.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PageTrailTest {
  private static final String ANSWER = "somebody's answer";

  /** A row of a symbol at a second. */
  private record Row(String symbol, long second, int id) {}

  @Test
  void pagesThatGoOnAreFollowedToTheLast() {
    PageTrail trail = page(PageTrail.none(), "a", row("A", 1), row("A", 2));
    trail = page(trail, "b", row("A", 3), row("B", 1));
    trail = page(trail, null, row("B", 2));
    assertThat(trail.pages()).isEqualTo(3);
  }

  @Test
  void anEmptyLastPageIsTheEnd() {
    PageTrail trail = page(PageTrail.none(), "a", row("A", 1));
    assertThat(page(trail, null).pages()).isEqualTo(2);
  }

  @Test
  void aTokenThatNamesItsOwnPageLeadsNowhere() {
    PageTrail trail = page(PageTrail.none(), "a", row("A", 1));
    leadsNowhere(trail, "a", "next_page_token of page 2", row("A", 2));
  }

  @Test
  void tokensThatGoInACircleLeadNowhereEvenWithNewRows() {
    PageTrail trail = page(PageTrail.none(), "a", row("A", 1));
    trail = page(trail, "b", row("A", 2));
    trail = page(trail, "c", row("A", 3));
    leadsNowhere(trail, "a", "next_page_token of page 4", row("A", 4));
  }

  @Test
  void aPageThatComesAgainUnderAnotherTokenLeadsNowhere() {
    PageTrail trail = page(PageTrail.none(), "a", row("A", 1), row("B", 1));
    leadsNowhere(
        trail, "b", "page 2 holds only rows of the pages before", row("A", 1), row("B", 1));
  }

  @Test
  void pagesThatComeAgainInTurnLeadNowhere() {
    PageTrail trail = page(PageTrail.none(), "a", row("A", 1));
    trail = page(trail, "b", row("A", 2));
    leadsNowhere(trail, "c", "page 3 holds only", row("A", 1));
  }

  @Test
  void aPageThatGoesBackwardsLeadsNowhere() {
    PageTrail trail = page(PageTrail.none(), "a", row("A", 5), row("A", 6), row("A", 7));
    leadsNowhere(trail, "b", "page 2 holds only", row("A", 5), row("A", 6));
  }

  @Test
  void aLastPageThatWasThereBeforeIsNotTheOneThatWasAskedFor() {
    PageTrail trail = page(PageTrail.none(), "a", row("A", 1));
    leadsNowhere(trail, null, "page 2 holds only", row("A", 1));
  }

  @Test
  void whatWasTradedAtOneTimeMayFillSeveralPages() {
    PageTrail trail = page(PageTrail.none(), "a", new Row("A", 1, 1));
    trail = page(trail, "b", new Row("A", 1, 2));
    leadsNowhere(trail, "c", "page 3 holds only", new Row("A", 1, 1));
    assertThat(page(trail, null, new Row("A", 1, 3)).pages()).isEqualTo(3);
  }

  @Test
  void aFewEmptyPagesAreFollowedAndManyLeadNowhere() {
    PageTrail trail = PageTrail.none();
    for (int page = 1; page <= PageTrail.MOST_EMPTY; page++) {
      trail = page(trail, "token" + page);
    }
    leadsNowhere(trail, "another", "the last 21 pages are empty");
    PageTrail ended = page(trail, null);
    assertThat(ended.pages()).isEqualTo(21);

    trail = page(trail, "further", row("A", 1));
    assertThat(page(trail, "again").empty()).as("in a row").isEqualTo(1);
  }

  @Test
  void rowsThatCannotBeTakenAreRowsAllTheSame() {
    PageTrail trail = refused(PageTrail.none(), "a", "{1}");
    trail = refused(trail, "b", "{2}");
    PageTrail second = trail;
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> refused(second, "c", "{1}"))
        .withMessageContaining("page 3 holds only");
  }

  private static Row row(String symbol, long second) {
    return new Row(symbol, second, 0);
  }

  private static PageTrail page(PageTrail trail, String next, Row... rows) {
    Map<String, Instant> newest =
        Stream.of(rows)
            .collect(
                Collectors.toMap(
                    Row::symbol,
                    row -> Instant.ofEpochSecond(row.second()),
                    (a, b) -> a.isAfter(b) ? a : b));
    return trail.after(ANSWER, next, newest, List.of(rows));
  }

  private static PageTrail refused(PageTrail trail, String next, String payload) {
    return trail.after(ANSWER, next, Map.of(), List.of(new RefusedRow("A", "malformed", payload)));
  }

  private static void leadsNowhere(PageTrail trail, String next, String how, Row... rows) {
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> page(trail, next, rows))
        .withMessageStartingWith("Missing required data: the last page of somebody's answer (")
        .withMessageContaining(how);
  }
}
