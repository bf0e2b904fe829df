package dev.caravan.simulator.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TradingDaysTest {
  private static final LocalDate CLOSED = LocalDate.parse("2026-11-24");
  private static final LocalDate SHORT = LocalDate.parse("2026-11-25");

  private final TradingDays days =
      TradingDays.of(
          SimulatorOptions.defaults()
              .withClosure(CLOSED)
              .withEarlyClose(SHORT)
              .withEarlyClose(LocalDate.parse("2026-11-26")));

  @Test
  void aClosureIsNoSessionAndItsDayHasNoPricesInNewYork() {
    Instrument share = share(days, "AAPL");
    assertThat(days.isSession(CLOSED)).isFalse();
    assertThat(share.bar(CLOSED)).isEmpty();
    assertThat(share.path(CLOSED)).isEmpty();
    assertThat(share.dates(LocalDate.parse("2026-11-23"), SHORT))
        .containsExactly(LocalDate.parse("2026-11-23"), SHORT);
    assertThat(share(days, "SAP.DE").bar(CLOSED)).as("in Frankfurt it is a day as any").isPresent();
  }

  @Test
  void thePricesOfOtherDaysAreWhatTheyWouldHaveBeen() {
    assertThat(share(days, "AAPL").bar(LocalDate.parse("2026-11-30")))
        .isPresent()
        .isEqualTo(share(TradingDays.BY_THE_RULES, "AAPL").bar(LocalDate.parse("2026-11-30")));
  }

  @Test
  void anEarlyCloseEndsTradingAt13AndExtendedTradingAt17() {
    Hours hours = share(days, "AAPL").venue().hours(SHORT);
    assertThat(hours.open()).isEqualTo("2026-11-25T14:30:00Z");
    assertThat(hours.close()).isEqualTo("2026-11-25T18:00:00Z");
    assertThat(hours.last()).isEqualTo("2026-11-25T22:00:00Z");
    assertThat(days.isOpen(Instant.parse("2026-11-25T17:59:59Z"))).isTrue();
    assertThat(days.isOpen(Instant.parse("2026-11-25T18:00:00Z"))).isFalse();
  }

  @Test
  void aHolidayStaysOne() {
    assertThat(days.isSession(LocalDate.parse("2026-11-26"))).isFalse();
    assertThat(days.lastSession(Instant.parse("2026-11-26T18:00:00Z"))).isEqualTo(SHORT);
    assertThat(days.lastSession(Instant.parse("2026-11-25T14:29:59Z"))).isEqualTo("2026-11-23");
  }

  private static Instrument share(TradingDays days, String symbol) {
    return new Market(Optional.empty(), days, new ListedSymbols(List.of()))
        .yahoo(symbol)
        .orElseThrow();
  }
}
