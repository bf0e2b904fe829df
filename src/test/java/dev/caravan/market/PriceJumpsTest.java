package dev.caravan.market;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceJumpsTest {
  private static final LocalDate FIRST = LocalDate.of(2025, 6, 10);
  private static final List<Map<String, Object>> NOTHING = List.of();

  /** Closes of one symbol, a day each, and which of them are no bars. */
  @ParameterizedTest(name = "{0} loses {1}")
  @CsvSource(
      nullValues = "nothing",
      value = {
        "10 11 12 11, nothing",
        "10 11 1200 11 10, 1200",
        "10 11 0.12 11 10, 0.12",
        // At either end, and two together.
        "1000 11 12 11, 1000",
        "10 11 12 1200, 1200",
        "10 11 1200 1150 12 11, 1200 1150",
        // Pence for pounds for some days, as Yahoo does: 100 times to the seventh digit.
        "0.1455 0.1455 14.55 14.55 14.55 0.1455 0.1455, 14.55 14.55 14.55",
        // A level that stays may be a reverse split that nobody has told yet.
        "0.1 0.11 0.1 10 11 10 12, nothing",
        "10 11 10 12 0.1 0.11 0.1, nothing",
        "10 11 10 12 0.1 0.11, 0.1 0.11",
        // Two that disagree: the first has the word.
        "10 1000, 1000",
        "10, nothing",
        // Half of a hundred is taken for a price.
        "10 11 500 11 10, nothing",
        "10 10 500 10 10, 500",
      })
  void amongThemselves(String closes, String refused) {
    assertThat(refused(days(closes), NOTHING)).isEqualTo(refused);
  }

  @ParameterizedTest(name = "{0} loses {1}")
  @CsvSource(
      nullValues = "nothing",
      value = {
        "10 11 12, nothing",
        "1000, 1000",
        "0.1, 0.1",
        "1000 11 1200 12, 1000 1200",
        "1000 1100 1200 1100 1000, 1000 1100 1200 1100 1000",
      })
  void againstThreeThatAreStored(String closes, String refused) {
    assertThat(refused(days(closes), stored("10", "10", "10"))).isEqualTo(refused);
  }

  @Test
  void anOutlierThatIsStoredDoesNotMakeTheRightOnesWrong() {
    assertThat(refused(days("10 11"), stored("1000", "10", "11"))).isNull();
    assertThat(refused(days("10 11"), stored("10", "11", "1000"))).isNull();
    // One alone has no more weight than a row of the answer.
    assertThat(refused(days("10 11 12"), stored("1000"))).isNull();
    assertThat(refused(days("1000"), stored("10"))).isEqualTo("1000");
  }

  @Test
  void aSplitThatIsKnownExplainsTheJumpOfRawPricesAlone() {
    List<Map<String, Object>> before = new ArrayList<>(stored("0.1", "0.1", "0.1"));
    assertThat(refused(days("0.11 11"), before)).isEqualTo("11");

    before.add(row("split", FIRST.plusDays(1).toString(), "0.01"));

    assertThat(refused(days("0.11 11 12"), before)).isNull();
    assertThat(refused(days("0.11 11 0.12"), before)).isEqualTo("0.12");
    List<Bar> adjusted =
        days("0.11 11").stream()
            .map(bar -> bar(bar, Instant.parse("2025-06-20T00:00:00Z")))
            .toList();
    assertThat(refused(adjusted, before)).isEqualTo("11");
  }

  @Test
  void whatLiesFarApartIsNotCompared() {
    Bar early = day(0, "10");
    Bar late = day(40, "1000");
    assertThat(PriceJumps.check(List.of(early, late), NOTHING).refused()).isEmpty();
  }

  @Test
  void symbolsDoNotMixAndOrderStays() {
    Bar one = day(1, "10");
    Bar other = bar("MSFT", FIRST, "1000");
    PriceJumps.Checked checked = PriceJumps.check(List.of(one, other, day(0, "10")), NOTHING);
    assertThat(checked.bars()).containsExactly(one, other, day(0, "10"));
    assertThat(checked.refused()).isEmpty();
    assertThat(PriceJumps.firsts(List.of(one, other, day(0, "10"))))
        .containsExactly(
            new PriceJumps.First("alpaca", "sip", "AAPL", "1Day", at(FIRST)),
            new PriceJumps.First("alpaca", "sip", "MSFT", "1Day", at(FIRST)));
  }

  @Test
  void aPriceBelowZeroIsComparedWithNothing() {
    assertThat(refused(days("10 11 -37.63 11"), NOTHING)).isNull();
  }

  @Test
  void theReasonSaysWhatItWasComparedWith() {
    assertThat(PriceJumps.check(days("10 11 1100 11"), NOTHING).refused())
        .singleElement()
        .satisfies(
            refused -> {
              assertThat(refused.symbol()).isEqualTo("AAPL");
              assertThat(refused.reason())
                  .isEqualTo(
                      "price jump: close 1100 of AAPL at 2025-06-12T04:00:00Z is 100 times what it"
                          + " was at 2025-06-11T04:00:00Z, and no split that is known explains it");
              assertThat(refused.payload()).startsWith("[{\"source\":\"alpaca\",\"feed\":\"sip\"");
            });
  }

  /** The closes that are refused, or null; all others must be taken. */
  private static String refused(List<Bar> bars, List<Map<String, Object>> before) {
    PriceJumps.Checked checked = PriceJumps.check(bars, before);
    List<String> lost =
        bars.stream()
            .filter(bar -> !checked.bars().contains(bar))
            .map(bar -> bar.close().toPlainString())
            .toList();
    assertThat(checked.refused()).hasSameSizeAs(lost);
    return lost.isEmpty() ? null : String.join(" ", lost);
  }

  private static List<Bar> days(String closes) {
    List<Bar> bars = new ArrayList<>();
    for (String close : closes.split(" ")) {
      bars.add(day(bars.size(), close));
    }
    return bars;
  }

  /** Bars of the days before the first, as the statement tells them. */
  private static List<Map<String, Object>> stored(String... closes) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String close : closes) {
      LocalDate date = FIRST.minusDays(closes.length - rows.size());
      rows.add(row("bar", at(date).toString(), close));
    }
    return rows;
  }

  private static Map<String, Object> row(String kind, String at, String value) {
    return Map.of("kind", kind, "symbol", "AAPL", "at", at, "value", new BigDecimal(value));
  }

  private static Bar day(int day, String close) {
    return bar("AAPL", FIRST.plusDays(day), close);
  }

  private static Instant at(LocalDate date) {
    return date.atStartOfDay(MarketCalendar.NEW_YORK).toInstant();
  }

  private static Bar bar(String symbol, LocalDate date, String price) {
    BigDecimal close = new BigDecimal(price);
    return new Bar(
        "alpaca",
        "sip",
        symbol,
        "1Day",
        at(date),
        close,
        close,
        close,
        close,
        BigDecimal.ONE,
        1L,
        close,
        true,
        null);
  }

  private static Bar bar(Bar raw, Instant adjustedAsOf) {
    return new Bar(
        "yahoo",
        "-",
        raw.symbol(),
        raw.timeframe(),
        raw.ts(),
        raw.open(),
        raw.high(),
        raw.low(),
        raw.close(),
        raw.volume(),
        null,
        null,
        true,
        adjustedAsOf);
  }
}
