package dev.caravan.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ledger.BackfillPlan.Range;
import dev.caravan.ledger.BackfillPlan.Session;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackfillPlanTest {
  private static final Instant LATER = Instant.parse("2027-06-01T00:00:00Z");

  @Test
  void aYearOfMinutesIsCutIntoRangesOfOneSymbolThatLeaveNoDayOut() {
    LocalDate from = LocalDate.of(2026, 1, 1);
    LocalDate to = LocalDate.of(2026, 12, 31);
    BackfillPlan plan = plan("alpaca", "1Min", from, to, "MSFT", "AAPL", "AAPL");

    assertThat(plan.symbols()).isEqualTo(2);
    List<Range> aapl = plan.ranges().stream().filter(r -> r.symbols().equals("AAPL")).toList();
    assertThat(aapl).hasSize(3);
    assertThat(aapl.get(0).fromDate()).isEqualTo(from);
    assertThat(aapl.get(2).toDate()).isEqualTo(to);
    for (int i = 1; i < aapl.size(); i++) {
      assertThat(aapl.get(i).fromDate()).isEqualTo(aapl.get(i - 1).toDate().plusDays(1));
      assertThat(aapl.get(i).fromTs()).isEqualTo(aapl.get(i - 1).toTs());
    }
    assertThat(aapl.stream().mapToInt(Range::sessions).sum()).isEqualTo(251);
    assertThat(plan.ranges()).hasSize(6);
  }

  @Test
  void fewRowsOfManySymbolsAreAskedForTogether() {
    String[] many = IntStream.range(0, 120).mapToObj(n -> "S" + n).toArray(String[]::new);
    BackfillPlan plan =
        plan("alpaca", "1Day", LocalDate.of(2026, 11, 16), LocalDate.of(2026, 11, 20), many);
    assertThat(plan.ranges())
        .extracting(range -> range.symbols().split(",").length)
        .containsExactly(50, 50, 20);
  }

  @Test
  void tradesComeInRangesOfFewSessions() {
    BackfillPlan plan =
        plan("alpaca", "trades", LocalDate.of(2026, 11, 9), LocalDate.of(2026, 11, 20), "AAPL");
    assertThat(plan.dataset()).isEqualTo("trades");
    assertThat(plan.timeframe()).isEqualTo("-");
    assertThat(plan.ranges()).extracting(Range::sessions).containsExactly(5, 5);
  }

  @Test
  void yahooIsAskedForOneSymbolAndAllOfIt() {
    BackfillPlan plan =
        plan(
            "yahoo", "1Day", LocalDate.of(1990, 1, 2), LocalDate.of(2026, 11, 20), "AAPL", "^GSPC");
    assertThat(plan.ranges()).extracting(Range::symbols).containsExactly("AAPL", "^GSPC");
    assertThat(plan.ranges()).allMatch(range -> range.toDate().equals(LocalDate.of(2026, 11, 20)));
  }

  @Test
  void theSameQuestionHasTheSameRangesWhateverTheOrderOfItsSymbols() {
    LocalDate from = LocalDate.of(2026, 1, 5);
    LocalDate to = LocalDate.of(2026, 3, 5);
    assertThat(plan("alpaca", "5Min", from, to, "A", "B", "C").ranges())
        .isEqualTo(plan("alpaca", "5Min", from, to, "C", "A", "B", "A").ranges());
  }

  @ParameterizedTest
  @CsvSource({
    // A full day, the half day after Thanksgiving, and the first day of summer time.
    "2026-11-20, 1Min, 390, 2026-11-20T14:30:00Z, 2026-11-20T21:00:00Z",
    "2026-11-27, 1Min, 210, 2026-11-27T14:30:00Z, 2026-11-27T18:00:00Z",
    "2026-03-09, 1Min, 390, 2026-03-09T13:30:00Z, 2026-03-09T20:00:00Z",
    "2026-11-20, 5Min, 78, 2026-11-20T14:30:00Z, 2026-11-20T21:00:00Z",
    "2026-11-20, 15Min, 26, 2026-11-20T14:30:00Z, 2026-11-20T21:00:00Z",
    "2026-11-20, 1Hour, 7, 2026-11-20T14:00:00Z, 2026-11-20T21:00:00Z",
    "2026-11-27, 1Hour, 4, 2026-11-27T14:00:00Z, 2026-11-27T18:00:00Z",
    "2026-11-20, 1Day, 1, 2026-11-20T05:00:00Z, 2026-11-21T05:00:00Z",
    "2026-11-20, trades, 1, 2026-11-20T14:30:00Z, 2026-11-20T21:00:00Z"
  })
  void aSessionHoldsWhatTheCalendarSays(
      LocalDate date, String timeframe, int bars, Instant first, Instant after) {
    assertThat(plan("alpaca", timeframe, date, date, "AAPL").sessions())
        .containsExactly(new Session(date, first, after, bars));
  }

  @ParameterizedTest
  @CsvSource({
    // Alpaca withholds 16 minutes: of an hour since the open 44 minutes are over.
    "2026-11-20T15:30:00Z, 1Min, 44",
    "2026-11-20T15:30:00Z, 5Min, 8",
    "2026-11-20T15:30:00Z, 1Hour, 1",
    "2026-11-20T21:15:59Z, 1Min, 389",
    "2026-11-20T21:16:00Z, 1Min, 390",
    "2026-11-20T21:15:59Z, 1Hour, 6",
    "2026-11-20T21:16:00Z, 1Hour, 7"
  })
  void whatIsNotOverIsNotExpected(Instant now, String timeframe, int bars) {
    LocalDate today = LocalDate.of(2026, 11, 20);
    assertThat(
            BackfillPlan.of("alpaca", "sip", timeframe, today, today, List.of("AAPL"), now)
                .sessions())
        .extracting(Session::bars)
        .containsExactly(bars);
  }

  @Test
  void aDayBeforeItsOpenOrItsCloseHoldsNothingYet() {
    LocalDate today = LocalDate.of(2026, 11, 20);
    Instant early = Instant.parse("2026-11-20T12:00:00Z");
    Instant noon = Instant.parse("2026-11-20T17:00:00Z");
    assertThat(
            BackfillPlan.of("alpaca", "sip", "1Min", today, today, List.of("A"), early).sessions())
        .isEmpty();
    assertThat(BackfillPlan.of("yahoo", "-", "1Day", today, today, List.of("A"), noon).sessions())
        .isEmpty();
  }

  @Test
  void aQuestionNeverEndsInWhatAlpacaWithholds() {
    assertThat(BackfillPlan.end("2026-11-21T05:00:00Z", LATER)).isEqualTo("2026-11-21T04:59:59Z");
    assertThat(BackfillPlan.end("2026-11-21T05:00:00Z", Instant.parse("2026-11-20T16:00:00Z")))
        .isEqualTo("2026-11-20T15:44:00Z");
  }

  private static BackfillPlan plan(
      String source, String timeframe, LocalDate from, LocalDate to, String... symbols) {
    return BackfillPlan.of(source, "-", timeframe, from, to, List.of(symbols), LATER);
  }
}
