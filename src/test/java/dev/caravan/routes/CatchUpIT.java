package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.runtime.FlowCatalog;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.exchange.Split;
import dev.caravan.simulator.tape.TapeTrade;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
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
    exchange.addSplit(new Split("AAPL", LocalDate.parse("2025-11-21"), 4, 1));
    set("caravan.yahoo.url", exchange.url());
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.alpaca.trading-url", exchange.url());
    set("caravan.alpaca.stream-url", exchange.url().replace("http:", "ws:"));
    for (String flow : FlowCatalog.FLOWS) {
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
  public void emptyTables() {}

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
    try (Stream<TapeTrade> trades = exchange.stream().tape().trades(SYMBOLS, first, last)) {
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
    await("what has no receipt")
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                database.count(
                        "select count(*) from flow_runs where flow = 'catch-up' and status <> 'running'")
                    == 1);
    assertThat(
            lines(
                "select concat_ws(' ', run.flow, 'of ' || parent.flow, run.status) from flow_runs run"
                    + " left join flow_runs parent on parent.run_id = run.parent_run_id"
                    + " where run.flow <> 'repair' and run.process <> 'gone'"))
        .containsExactlyInAnyOrder(
            "catch-up succeeded",
            "receipts of catch-up succeeded",
            "symbol-maintenance of catch-up succeeded",
            "alpaca-corporate-actions of catch-up succeeded",
            "hourly-process of catch-up succeeded",
            "database-check of hourly-process succeeded",
            "news-load of hourly-process succeeded",
            "alpaca-news of news-load succeeded",
            "alpaca-hourly-bars of hourly-process succeeded");
    assertThat(
            lines(
                "select to_char(ts at time zone 'America/New_York', 'HH24') from bars"
                    + " where symbol = 'AAPL' and timeframe = '1Hour' and final"
                    + " and ts >= '2025-11-21 09:00+00' order by ts"))
        .containsExactly("04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19".split(" "));
    assertThat(
            lines(
                "select concat_ws(' ', symbol, action, ex_date, ratio) from corporate_actions"
                    + " where source = 'alpaca' and ex_date = '2025-11-21'"))
        .containsExactly("AAPL split 2025-11-21 4");
    assertThat(
            database.count(
                "select count(*) from news_articles"
                    + " where published_at between '2025-11-21 09:00+00' and '2025-11-22 01:00+00'"))
        .isPositive();
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
