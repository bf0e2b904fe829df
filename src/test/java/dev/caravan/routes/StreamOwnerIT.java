package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.support.CaravanTestSupport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.ServiceStatus;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Two processes on one database: one streams, and the other waits. */
class StreamOwnerIT extends CaravanTestSupport {
  private static final String OTHER = "caravan elsewhere 7 12345678";

  private final Simulator exchange =
      Simulator.start(SimulatorOptions.defaults().withAlpacaRequestsPerMinute(0));

  StreamOwnerIT() {
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.alpaca.trading-url", exchange.url());
    set("caravan.yahoo.url", exchange.url());
    set("caravan.alpaca.stream-url", exchange.url().replace("http:", "ws:"));
    set("caravan.schedule.stream", "always");
    set("caravan.schedule.repair", "off");
    set("caravan.schedule.yahoo-quotes", "off");
    set("caravan.stream.channels", "trades");
  }

  @Override
  protected boolean scheduled() {
    return true;
  }

  /** The other has both streams before we start. */
  @Override
  public void emptyTables() {
    super.emptyTables();
    symbols("AAPL", "MSFT");
    database.execute(
        "insert into cluster_nodes (node, host, pid, seen_at) values ('"
            + OTHER
            + "', 'elsewhere', 7, clock_timestamp() + interval '1 h')");
    database.execute(
        "insert into stream_owners select 'alpaca', feed, '"
            + OTHER
            + "', 'elsewhere', '2025-11-20 09:00+00' from unnest(array['iex', 'news']) feed");
    database.execute(
        "insert into stream_coverage (source, feed, dataset, symbol, timeframe, since) values"
            + " ('alpaca', 'iex', 'trades', 'AAPL', '-', now() - interval '1 min'),"
            + " ('alpaca', 'news', 'news', '*', '-', now() - interval '1 min')");
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  @Test
  void theSecondOneWaitsTakesOverFromTheDeadAndLeavesWhatWasTakenFromIt() {
    awaiting("who streams")
        .untilAsserted(
            () -> {
              HealthCheck.Result health =
                  HealthCheckHelper.getHealthCheck(context, "stream").call();
              assertThat(health.getState()).isEqualTo(HealthCheck.State.UP);
              assertThat(health.getMessage())
                  .hasValue(
                      "held by the Caravan on elsewhere ("
                          + OTHER
                          + ") since 2025-11-20 09:00:00 UTC");
              assertThat(HealthCheckHelper.getHealthCheck(context, "news-stream").call().getState())
                  .isEqualTo(HealthCheck.State.UP);
            });
    assertThat(exchange.stream().connects()).isEmpty();
    assertThat(covered()).containsExactly("iex AAPL", "news *");
    assertThat(database.count("select count(*) from gaps")).isZero();

    database.execute("update cluster_nodes set seen_at = '-infinity' where node = '" + OTHER + "'");
    awaiting("the takeover")
        .until(
            () ->
                // Trades and their corrections.
                covered()
                    .equals(List.of("iex AAPL", "iex AAPL", "iex MSFT", "iex MSFT", "news *")));
    assertThat(
            database.query(
                "select feed, symbol, reason, to_ts is not null as ended from gaps order by feed"))
        .containsExactly(
            Map.of(
                "feed", "iex",
                "symbol", "AAPL",
                "reason", "Caravan ended without a word",
                "ended", true),
            Map.of(
                "feed", "news",
                "symbol", "*",
                "reason", "Caravan ended without a word",
                "ended", true));
    assertThat(database.query("select distinct owner from stream_owners"))
        .containsExactly(Map.of("owner", database.database().process()));

    // As after a long sleep: the other is alive, and has taken the stream meanwhile.
    database.execute(
        "update cluster_nodes set seen_at = clock_timestamp() + interval '1 h' where node = '"
            + OTHER
            + "'");
    database.execute("update stream_owners set owner = '" + OTHER + "', host = 'elsewhere'");
    awaiting("the end of ours")
        .until(
            () ->
                context.getRouteController().getRouteStatus("stream") == ServiceStatus.Stopped
                    && context.getRouteController().getRouteStatus("news-stream")
                        == ServiceStatus.Stopped);
    assertThat(covered()).as("what is the other's now").hasSize(5);
    assertThat(database.count("select count(*) from gaps")).isEqualTo(2);
  }

  private List<String> covered() {
    return database.query("select feed || ' ' || symbol as text from stream_coverage").stream()
        .map(row -> (String) row.get("text"))
        .sorted()
        .toList();
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(100));
  }
}
