package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a run that asks for one date: it is served, or says that there is nothing. */
class DatedRunIT extends CaravanTestSupport {
  private static final String FLOWS =
      "yahoo-bars, alpaca-daily-bars, alpaca-hourly-bars, alpaca-minute-bars";

  private final MovableClock clock = new MovableClock("2025-12-01T15:00:00Z");
  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults().withAlpacaRequestsPerMinute(0).withYahooQuickRequests(0));

  DatedRunIT() {
    set("caravan.yahoo.url", exchange.url());
    set("caravan.yahoo.cookie-url", exchange.url());
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.alpaca.trading-url", exchange.url());
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  @BeforeEach
  void begin() {
    exchange.clearRequests();
    clock.set("2025-12-01T15:00:00Z");
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2025-11-29 | 2025-11-29 is not a session (Saturday)",
        "2025-11-30 | 2025-11-30 is not a session (Sunday)",
        "2025-11-27 | 2025-11-27 is not a session (Thursday, a holiday)",
        "2025-07-04 | 2025-07-04 is not a session (Friday, a holiday)"
      })
  void aDateWithoutASessionIsNothingToDoAndTheRunSaysSo(String date, String reason) {
    symbols("AAPL", "BRK.B", "MSFT", "NVDA", "TSLA", "ZZZZX");
    for (String flow : FLOWS.split(", ")) {
      assertThat(of(flow, date))
          .as(flow)
          .containsEntry("status", "skipped")
          .containsEntry("stored", 0)
          .containsEntry("error", reason);
    }
    assertThat(exchange.requests()).as("nobody is asked").isEmpty();
    assertThat(database.count("select count(*) from dead_letters")).isZero();
  }

  @Test
  void aHalfDayIsASession() {
    symbols("AAPL", "ZZZZX");
    for (String flow : FLOWS.split(", ")) {
      assertThat(of(flow, "2025-11-28")).as(flow).containsEntry("stored", 1);
    }
    assertThat(of("yahoo-bars", "2025-11-28")).containsEntry("status", "partial");
  }

  @Test
  void todaysSessionIsThereOnceItHasBegun() {
    symbols("AAPL");
    clock.set("2025-12-01T14:29:59Z");
    assertThat(of("yahoo-bars", "2025-12-01"))
        .containsEntry("status", "skipped")
        .containsEntry(
            "error", "the session of 2025-12-01 has not begun: it does at 2025-12-01T14:30:00Z");
    clock.set("2025-12-01T08:59:59Z");
    assertThat(of("alpaca-minute-bars", "2025-12-01"))
        .containsEntry("status", "skipped")
        .containsEntry(
            "error", "the session of 2025-12-01 has not begun: it does at 2025-12-01T09:00:00Z");
    assertThat(exchange.requests()).isEmpty();
    clock.set("2025-12-01T14:30:00Z");
    of("yahoo-bars", "2025-12-01");
    assertThat(exchange.requests()).isNotEmpty();
  }

  @Test
  void whatIsTradedOnASaturdayIsAskedForOnOne() {
    symbols("AAPL", "BRK.B", "AZN.L", "EURUSD=X", "^GSPC", "XYZ.WS.A", "BTC-USD");
    assertThat(of("yahoo-bars", "2025-11-29")).containsEntry("expected", 1);
    assertThat(exchange.requests()).hasSize(1);
    assertThat(exchange.requests().toString()).contains("BTC-USD");

    exchange.clearRequests();
    assertThat(of("yahoo-bars", "2025-11-27"))
        .as("a holiday of New York alone")
        .containsEntry("expected", 4);
    assertThat(exchange.requests().toString()).contains("AZN.L").doesNotContain("AAPL");
  }

  @Test
  void aRunInWhichNothingWasStoredAndSomethingWasRefusedHasFailed() {
    // Alpaca refuses the one, and has nothing of the other.
    symbols("ATC.220816", "ZZZZX");
    assertThat(of("alpaca-daily-bars", "2025-11-28"))
        .containsEntry("status", "failed")
        .containsEntry("expected", 2)
        .containsEntry("stored", 0)
        .extractingByKey("error")
        .asString()
        .startsWith("1 of 2 symbols were not served: Invalid symbol: ATC.220816");
  }

  @Test
  void withoutSymbolsThatIsWhatIsSaid() {
    assertThat(of("yahoo-bars", "2025-11-29"))
        .containsEntry("status", "skipped")
        .extractingByKey("error")
        .asString()
        .contains("no active symbol");
  }

  @Test
  void aFlowOfFlowsOfADateWithoutASessionHasFailedWithTheReason() {
    symbols("AAPL", "ZZZZX");
    for (String flow : List.of("end-of-day", "start-of-day")) {
      assertThat(of(flow, "2025-11-29"))
          .as(flow)
          .containsEntry("status", "failed")
          .extractingByKey("error")
          .asString()
          .contains("receipts: 2025-11-29 is no session");
    }
  }

  private Map<String, Object> of(String flow, String date) {
    Exchange ran =
        template.request(
            "direct:" + flow,
            request -> {
              request.getMessage().setHeader("trigger", "command");
              request.setVariable("date", LocalDate.parse(date));
            });
    Map<?, ?> ended = (Map<?, ?>) ran.getMessage().getBody(List.class).get(0);
    return database.query("select * from flow_runs where run_id = " + ended.get("run_id")).get(0);
  }
}
