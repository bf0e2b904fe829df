package dev.caravan.simulator.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.market.MarketCalendar;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PricesTest {
  private static final LocalDate DAY = LocalDate.parse("2026-11-20");
  private final Market market =
      new Market(Optional.empty(), TradingDays.BY_THE_RULES, new ListedSymbols(List.of()));

  @ParameterizedTest
  @ValueSource(strings = {"AAPL", "A", "QQQQ", "BRK-B", "EURUSD=X", "SAP.DE", "^GSPC"})
  void madeUpBarsArePlausible(String symbol) {
    Instrument instrument = market.yahoo(symbol).orElseThrow();
    List<LocalDate> dates = instrument.dates(SessionDates.FIRST, DAY);

    assertThat(dates).hasSizeGreaterThan(2700);
    assertThat(dates)
        .allSatisfy(
            date -> {
              PriceBar bar = instrument.bar(date).orElseThrow();
              assertThat(bar.low())
                  .isBetween(5.0, Math.min(bar.open(), Math.min(bar.close(), bar.vwap())));
              assertThat(bar.high())
                  .isBetween(Math.max(bar.open(), Math.max(bar.close(), bar.vwap())), 5000.0);
              assertThat(bar.close()).isEqualTo(PriceBar.round(bar.close(), 2));
              if (instrument.venue().isUsShare()) {
                assertThat(bar.volume()).isBetween(500_000L, 100_000_000L);
                assertThat(bar.trades()).isPositive();
              }
            });
  }

  @Test
  void aPriceDoesNotDependOnWhatWasAskedBefore() {
    PriceBar alone = market.yahoo("IBM").orElseThrow().bar(DAY).orElseThrow();
    Instrument walked =
        new Market(Optional.empty(), TradingDays.BY_THE_RULES, new ListedSymbols(List.of()))
            .yahoo("IBM")
            .orElseThrow();
    walked.dates(SessionDates.FIRST, DAY).forEach(walked::bar);

    assertThat(walked.bar(DAY)).contains(alone);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-11-20", "2026-11-27"})
  void theMinutesOfADayAddUpToItsBar(LocalDate date) {
    Instrument instrument = market.alpaca("AAPL").orElseThrow();
    PriceBar day = instrument.bar(date).orElseThrow();
    IntradayPath path = instrument.path(date).orElseThrow();

    List<PriceBar> regular =
        IntStream.range(path.firstRegular(), path.afterLastRegular())
            .mapToObj(minute -> path.minute(minute, false).orElseThrow())
            .toList();

    boolean half = MarketCalendar.session(date).orElseThrow().earlyClose();
    assertThat(regular).hasSize(half ? 210 : 390);
    assertThat(regular.get(0).open()).isEqualTo(day.open());
    assertThat(regular.get(regular.size() - 1).close()).isEqualTo(day.close());
    assertThat(regular.stream().mapToDouble(PriceBar::high).max()).hasValue(day.high());
    assertThat(regular.stream().mapToDouble(PriceBar::low).min()).hasValue(day.low());
    assertThat(regular)
        .allSatisfy(
            bar -> {
              assertThat(bar.low()).isLessThanOrEqualTo(Math.min(bar.open(), bar.close()));
              assertThat(bar.high()).isGreaterThanOrEqualTo(Math.max(bar.open(), bar.close()));
              assertThat(bar.volume()).isPositive();
            });
    assertThat(path.asOf(MarketCalendar.session(date).orElseThrow().close().plusSeconds(15_000)))
        .contains(day);
  }

  @Test
  void theRunningDayOnlyEverGrows() {
    Instrument instrument = market.alpaca("TSLA").orElseThrow();
    Instant open = MarketCalendar.session(DAY).orElseThrow().open();
    assertThat(instrument.bar(DAY, open.minusSeconds(1))).isEmpty();

    PriceBar before = instrument.bar(DAY, open).orElseThrow();
    for (int second = 7; second < 11 * 3600; second += 97) {
      PriceBar now = instrument.bar(DAY, open.plusSeconds(second)).orElseThrow();
      assertThat(now.high()).isGreaterThanOrEqualTo(before.high());
      assertThat(now.low()).isLessThanOrEqualTo(before.low());
      assertThat(now.volume()).isGreaterThanOrEqualTo(before.volume());
      before = now;
    }
    assertThat(instrument.bar(DAY)).contains(before);
  }

  @Test
  void someSymbolsPayDividendsEachQuarterAndSomeNever() {
    assertThat(market.yahoo("AAPL").orElseThrow().dividends(DAY)).hasSize(44);
    assertThat(
            Listing.assets().stream()
                .limit(200)
                .filter(symbol -> market.alpaca(symbol).orElseThrow().dividends(DAY).isEmpty()))
        .hasSizeBetween(40, 140);
    assertThat(market.yahoo("EURUSD=X").orElseThrow().dividends(DAY)).isEmpty();
  }

  @Test
  void classSharesAreOneInstrumentUnderTwoNames() {
    assertThat(market.alpaca("BRK.B")).contains(market.yahoo("BRK-B").orElseThrow());
  }

  @Test
  void theAssetListIsThatOfALargeMarket() {
    assertThat(Listing.assets()).hasSizeGreaterThan(3000).isSorted().contains("AAPL", "BRK.B");
    assertThat(Listing.assets()).allMatch(Listing::existsAtAlpaca);
  }
}
