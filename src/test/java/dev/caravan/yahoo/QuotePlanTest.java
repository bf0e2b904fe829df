package dev.caravan.yahoo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.market.PriceSnapshot;
import dev.caravan.market.answer.InvalidSymbolException;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.RequestRefusedException;
import dev.caravan.market.answer.SourceFailedException;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuotePlanTest {

  @Test
  void ofNobodyNothingIsAskedFor() {
    assertThat(QuotePlan.of(rows(0, "X")).open()).isFalse();
    assertThat(QuotePlan.of(rows(1, "X")).open()).isTrue();
  }

  @Test
  void aRequestHasTwoHundredSymbolsAtMostInTheirOrder() {
    QuotePlan plan = QuotePlan.of(rows(401, "X"));
    assertThat(plan.batches()).extracting(Map::size).containsExactly(200, 200, 1);
    assertThat(plan.symbols()).startsWith("X0,X1,X2,").endsWith(",X199");
    assertThat(plan.batches().get(2)).containsExactly(Map.entry("X400", "X400"));
  }

  @Test
  void aRequestNeverGrowsLongerThanAnAddressMayBe() {
    QuotePlan plan = QuotePlan.of(rows(300, "^A-RATHER-LONG-NAME-OF-INDEX-"));
    assertThat(plan.batches()).hasSizeGreaterThan(2);
    assertThat(plan.batches().stream().mapToInt(Map::size).sum()).isEqualTo(300);
    QuotePlan rest = plan;
    while (rest.open()) {
      assertThat(rest.query().length()).isLessThanOrEqualTo(4010);
      rest = QuotePlan.after(rest, new YahooQuotes.Page(List.of()));
    }
  }

  @Test
  void aRequestNamesTheSymbolsAsYahooSpellsThem() {
    List<Map<String, Object>> rows = new ArrayList<>(rows(9, "X"));
    rows.add(Map.of("symbol", "BRK.B", "yahoo_symbol", "BRK-B"));
    rows.add(Map.of("symbol", "^GSPC", "yahoo_symbol", "^GSPC"));
    QuotePlan plan = QuotePlan.of(rows);
    assertThat(plan.query()).endsWith(",X7,X8,BRK-B,%5EGSPC").startsWith("symbols=X0,X1,");
    assertThat(plan.symbols()).endsWith(",X7,X8,BRK.B,^GSPC");
    assertThat(plan.next()).containsEntry("BRK-B", "BRK.B");
  }

  @Test
  void ofTwoSymbolsWithOneSpellingTheSecondIsLeftToItsChart() {
    List<Map<String, Object>> rows = new ArrayList<>(rows(11, "X"));
    rows.add(Map.of("symbol", "X0.OLD", "yahoo_symbol", "X0"));
    assertThat(QuotePlan.of(rows).next()).hasSize(11).containsEntry("X0", "X0");
  }

  @Test
  void whoeverIsStoredIsServedAndNobodyElse() {
    QuotePlan plan = QuotePlan.after(QuotePlan.of(rows(201, "X")), page("X3", "X5"));
    assertThat(plan.open()).isTrue();
    plan = QuotePlan.after(plan, page("X200"));
    assertThat(plan.open()).isFalse();
    assertThat(plan.served()).containsExactly("X3", "X5", "X200");
    assertThat(QuotePlan.left(plan, rows(201, "X")))
        .hasSize(198)
        .doesNotContainAnyElementsOf(
            List.of(
                Map.of("symbol", "X3", "yahoo_symbol", "X3"),
                Map.of("symbol", "X5", "yahoo_symbol", "X5"),
                Map.of("symbol", "X200", "yahoo_symbol", "X200")));
  }

  @Test
  void whatIsWrongWithOneBatchAloneDoesNotEndTheOthers() {
    QuotePlan plan = QuotePlan.after(QuotePlan.of(rows(401, "X")), page("X1"));
    for (Exception failure :
        List.of(
            new RequestRefusedException("yahoo", 400, "no"),
            new InvalidSymbolException("X"),
            new MissingDataException("JSON", "X"),
            new IllegalStateException("wrapper", new MissingDataException("JSON", "X")))) {
      QuotePlan rest = QuotePlan.without(plan, failure);
      assertThat(rest.batches()).as(failure.toString()).hasSize(1);
      assertThat(rest.served()).containsExactly("X1");
    }
  }

  @Test
  void whatWouldMeetEveryBatchEndsThemAllAndKeepsWhoIsServed() {
    QuotePlan plan = QuotePlan.after(QuotePlan.of(rows(401, "X")), page("X1"));
    for (Exception failure :
        List.of(
            new RequestRefusedException("yahoo", 401, "no"),
            new RequestRefusedException("yahoo", 403, "no"),
            new NoCrumbException("no", Instant.EPOCH, null),
            new SourceFailedException("yahoo", 503, ""),
            new IOException("away"))) {
      QuotePlan rest = QuotePlan.without(plan, failure);
      assertThat(rest.open()).as(failure.toString()).isFalse();
      assertThat(rest.served()).containsExactly("X1");
    }
  }

  private static YahooQuotes.Page page(String... symbols) {
    return new YahooQuotes.Page(
        List.of(symbols).stream()
            .map(
                symbol ->
                    new PriceSnapshot(
                        "yahoo", symbol, Instant.EPOCH, BigDecimal.ONE, BigDecimal.ZERO, "USD"))
            .toList());
  }

  private static List<Map<String, Object>> rows(int count, String prefix) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      rows.add(Map.of("symbol", prefix + n, "yahoo_symbol", prefix + n));
    }
    return rows;
  }
}
