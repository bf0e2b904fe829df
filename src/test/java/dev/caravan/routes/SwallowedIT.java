package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.tape.TapeTrade;
import dev.caravan.stream.StreamFigures;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the exchange says only once, and says while nobody listens. */
class SwallowedIT extends CaravanTestSupport {
  private final MovableClock clock = new MovableClock("2025-11-20T15:00:00Z");
  private final Simulator exchange =
      Simulator.start(SimulatorOptions.defaults().withClock(clock).withAlpacaRequestsPerMinute(0));

  SwallowedIT() {
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.alpaca.trading-url", exchange.url());
    set("caravan.alpaca.stream-url", exchange.url().replace("http:", "ws:"));
    // Corrections and cancels come with the trades.
    set("caravan.stream.channels", "trades,bars,statuses,lulds");
    set("caravan.schedule.stream", "always");
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  @AfterEach
  void stop() throws Exception {
    exchange.stream().clearFaults();
    context.getRouteController().stopRoute("stream");
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  @Test
  void correctionsAreFoundInTheHistoryOfTheirDayAndWhatHasNoneIsNamedAsLost() throws Exception {
    symbols("AAPL");
    context.getRouteController().startRoute("stream");
    awaiting("the subscription").until(() -> figures().isSubscribed());
    TapeTrade canceled = trade("150");
    TapeTrade incorrect = trade("151");
    TapeTrade untouched = trade("152");
    exchange.stream().halt("AAPL");
    awaiting("the trades and the halt")
        .until(
            () ->
                database.count("select count(*) from trades") == 3
                    && database.count("select count(*) from statuses") == 1);

    // Long after them, so that no gap of trades reaches back to them.
    clock.advance(Duration.ofMinutes(40));
    TapeTrade newest = trade("153");
    awaiting("the newest trade").until(() -> database.count("select count(*) from trades") == 4);
    exchange.stream().refuseUpgrades(503, 1_000_000);
    exchange.stream().disconnect();
    awaiting("the loss")
        .until(() -> database.count("select count(*) from gaps where to_ts is null") == 5);
    assertThat(lines("select concat_ws(' ', dataset, status) from gaps order by 1"))
        .containsExactly(
            "bars open", "corrections open", "lulds open", "statuses open", "trades open");
    exchange.stream().resume("AAPL");
    exchange.stream().luld("AAPL", new BigDecimal("160"), new BigDecimal("140"));
    // The newest that is not marked yet is marked.
    exchange.stream().cancel("AAPL");
    TapeTrade swallowed = exchange.stream().correct("AAPL");
    exchange.stream().cancel("AAPL");
    TapeTrade corrected = exchange.stream().correct("AAPL");
    clock.advance(Duration.ofMinutes(1));

    exchange.stream().clearFaults();
    awaiting("the end of the loss")
        .until(() -> database.count("select count(*) from gaps where to_ts is null") == 0);
    assertThat(
            lines(
                "select concat_ws(': ', dataset, status, last_error) from gaps"
                    + " where dataset in ('statuses', 'lulds') order by 1"))
        .containsExactly(
            "lulds: abandoned: Alpaca has no history of limit up, limit down bands: what the stream"
                + " said meanwhile is lost",
            "statuses: abandoned: Alpaca has no history of trading statuses: what the stream said"
                + " meanwhile is lost");
    assertThat(database.count("select count(*) from trades where status = 'valid'")).isEqualTo(4);

    clock.advance(Duration.ofMinutes(1));
    assertThat(run("repair")).containsEntry("status", "succeeded");

    assertThat(lines("select trade_id || ' ' || status from trades order by ts, trade_id"))
        .containsExactlyInAnyOrder(
            newest.id() + " canceled",
            untouched.id() + " incorrect",
            swallowed.id() + " corrected",
            incorrect.id() + " canceled",
            canceled.id() + " incorrect",
            corrected.id() + " corrected");
    assertThat(lines("select distinct status from trade_revisions")).containsExactly("valid");
    assertThat(database.value("select status from gaps where dataset = 'corrections'"))
        .isEqualTo("filled");
    assertThat(database.count("select count(*) from gaps where status = 'open'")).isZero();
  }

  private TapeTrade trade(String price) {
    clock.advance(Duration.ofSeconds(1));
    return exchange.stream().trade("AAPL", new BigDecimal(price), 100);
  }

  private StreamFigures figures() {
    return context.getRegistry().lookupByNameAndType("streamFigures", StreamFigures.class);
  }

  private List<String> lines(String sql) {
    return database.query(sql).stream()
        .map(row -> String.valueOf(row.values().iterator().next()))
        .toList();
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(Duration.ofSeconds(60));
  }
}
