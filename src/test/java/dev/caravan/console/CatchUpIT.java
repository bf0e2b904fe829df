package dev.caravan.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.simulator.MovableClock;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorOptions;
import dev.caravan.simulator.Trade;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * A machine that was switched off on Thursday evening is switched on again on Saturday: nobody
 * lends a hand, and in the end it has Friday.
 */
class CatchUpIT extends CaravanTestSupport {
  private static final List<String> SYMBOLS = List.of("AAPL", "QQXY");

  private final MovableClock clock = new MovableClock("2025-11-22T15:00:00Z");
  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withClock(clock)
              .withBackgroundTradesPerMinute(2)
              .withAlpacaRequestsPerMinute(0)
              .withYahooQuickRequests(0));

  CatchUpIT() {
    set("caravan.yahoo.url", exchange.url());
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.alpaca.stream-url", exchange.url().replace("http:", "ws:"));
    for (String flow : Schedules.FLOWS) {
      set("caravan.schedule." + flow, "off");
    }
    set("caravan.schedule.stream", "session");
    set("caravan.schedule.catch-up", "start");
    set("caravan.schedule.repair", "0/2 * * ? * *");
    // As Thursday evening left it: the last trade of the extended hours is stored, nothing is owed.
    symbols(SYMBOLS.toArray(String[]::new));
    database.execute(
        "insert into flow_runs (flow, trigger, status, started_at, finished_at, process)"
            + " values ('end-of-day', 'schedule', 'succeeded', '2025-11-20 23:00+00', now(), 'gone')");
    database.execute(
        "insert into stream_watermarks (source, feed, stored_to)"
            + " values ('alpaca', 'iex', '2025-11-21 00:59:58+00')");
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  @Override
  protected boolean scheduled() {
    return true;
  }

  /** What stands in them is what this test begins with. */
  @Override
  void emptyTables() {}

  @AfterAll
  void close() {
    exchange.close();
  }

  @Test
  void aMachineThatSleptThroughFridayHasFridayOnSaturday() {
    await("the receipts")
        .atMost(Duration.ofMinutes(2))
        .until(() -> database.count("select count(*) from receipts") == 8);
    await("trades, minutes and days of the session that was slept through")
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                database.count("select count(*) from gaps where dataset = 'trades'") == 2
                    && database.count("select count(*) from gaps where status = 'open'") == 0);
    await("the receipts of what was repaired")
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(
            () ->
                assertThat(
                        database.query(
                            "select feed, timeframe, symbol, missing from receipts where missing <> 0"))
                    .isEmpty());

    assertThat(
            lines(
                "select concat_ws(' ', session, source, feed, symbol, timeframe, expected, stored + no_trade)"
                    + " from receipts"))
        .containsExactlyInAnyOrder(
            "2025-11-21 yahoo - AAPL 1Day 1 1",
            "2025-11-21 alpaca sip AAPL 1Day 1 1",
            "2025-11-21 alpaca sip AAPL 1Min 390 390",
            "2025-11-21 alpaca iex AAPL 1Min 390 390",
            "2025-11-21 yahoo - QQXY 1Day 1 1",
            "2025-11-21 alpaca sip QQXY 1Day 1 1",
            "2025-11-21 alpaca sip QQXY 1Min 390 390",
            "2025-11-21 alpaca iex QQXY 1Min 390 390");
    // 04:00 to 20:00 in New York.
    Instant first = Instant.parse("2025-11-21T09:00:00Z");
    Instant last = Instant.parse("2025-11-22T00:59:59.999999Z");
    Set<String> tape;
    try (Stream<Trade> trades = exchange.stream().tape().trades(SYMBOLS, first, last)) {
      tape =
          trades
              .map(trade -> trade.symbol() + " " + trade.exchange() + " " + trade.id())
              .collect(Collectors.toSet());
    }
    assertThat(tape).hasSizeGreaterThan(1000);
    assertThat(
            lines(
                "select symbol || ' ' || exchange || ' ' || trade_id from trades"
                    + " where ts between '2025-11-21 09:00+00' and '2025-11-22 01:00+00'"
                    + " and not exists (select from trade_revisions r where r.trade_id = trades.trade_id)"))
        .containsAll(tape);
    assertThat(
            lines(
                "select concat_ws(' ', flow, trigger, status) from flow_runs where flow in"
                    + " ('catch-up', 'receipts')"))
        .containsExactlyInAnyOrder("catch-up schedule succeeded", "receipts flow succeeded");
    assertThat(lines("select distinct status from flow_runs where flow = 'repair'"))
        .as("nothing of it failed")
        .doesNotContain("failed", "partial");
  }

  private List<String> lines(String sql) {
    return database.query(sql).stream()
        .map(row -> row.values().iterator().next().toString())
        .toList();
  }
}
