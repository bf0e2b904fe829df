package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.health.HealthCheckHelper;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The one that streamed is dead, and the other learns of it only when the session is over. */
class StreamHeirIT extends CaravanTestSupport {
  private static final String OTHER = "caravan elsewhere 7 12345678";

  /** 21:30 in New York, on a Thursday. */
  private final MovableClock clock = new MovableClock("2025-11-21T02:30:00Z");

  private final Simulator exchange =
      Simulator.start(SimulatorOptions.defaults().withClock(clock).withAlpacaRequestsPerMinute(0));

  StreamHeirIT() {
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.alpaca.trading-url", exchange.url());
    set("caravan.yahoo.url", exchange.url());
    set("caravan.alpaca.stream-url", exchange.url().replace("http:", "ws:"));
    set("caravan.schedule.stream", "session");
    set("caravan.schedule.repair", "off");
    set("caravan.schedule.yahoo-quotes", "off");
    set("caravan.schedule.catch-up", "off");
    set("caravan.stream.channels", "trades");
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  @Override
  protected boolean scheduled() {
    return true;
  }

  /** The other streamed since 19:00 in New York, and has lost a connection at 19:30. */
  @Override
  public void emptyTables() {
    super.emptyTables();
    symbols("AAPL", "MSFT");
    database.execute(
        "insert into cluster_nodes (node, host, pid, seen_at) values ('"
            + OTHER
            + "', 'elsewhere', 7, clock_timestamp() + interval '1 h')");
    database.execute(
        "insert into stream_owners values ('alpaca', 'iex', '"
            + OTHER
            + "', 'elsewhere', '2025-11-21 00:00+00')");
    database.execute(
        "insert into stream_coverage (source, feed, dataset, symbol, timeframe, since) values"
            + " ('alpaca', 'iex', 'trades', 'AAPL', '-', '2025-11-21 00:00+00')");
    database.execute(
        "insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, reason) values"
            + " ('alpaca', 'iex', 'trades', 'MSFT', '-', '2025-11-21 00:30+00', 'lost')");
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  @Test
  void whatADeadOneOwedEndsWithItsSessionAlsoWhereTheOtherWaitedUntilAfterIt() {
    awaiting("who streams")
        .untilAsserted(
            () ->
                assertThat(HealthCheckHelper.getHealthCheck(context, "stream").call().getMessage())
                    .hasValueSatisfying(said -> assertThat(said).startsWith("held by")));
    database.execute("update cluster_nodes set seen_at = '-infinity' where node = '" + OTHER + "'");
    // The stream is owed until two minutes after the last trade, for its bars.
    awaiting("what is owed")
        .untilAsserted(
            () ->
                assertThat(
                        database.query(
                            "select symbol, reason, to_char(to_ts at time zone 'UTC', 'HH24:MI') as to_ts"
                                + " from gaps order by symbol"))
                    .containsExactly(
                        Map.of(
                            "symbol",
                            "AAPL",
                            "reason",
                            "Caravan ended without a word",
                            "to_ts",
                            "01:02"),
                        Map.of("symbol", "MSFT", "reason", "lost", "to_ts", "01:02")));
    assertThat(database.count("select count(*) from stream_coverage where feed = 'iex'")).isZero();
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(100));
  }
}
