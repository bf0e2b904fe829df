package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.stream.StreamError;
import dev.caravan.simulator.tape.TapeTrade;
import dev.caravan.stream.StreamFigures;
import dev.caravan.stream.StreamOwner;
import dev.caravan.support.RunningCaravan;
import dev.caravan.support.TestDatabase;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.ServiceStatus;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two nodes of a cluster: one has the streams, and the other takes them over. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterIT {
  private static final String ENDED =
      "select pg_terminate_backend(pid) from pg_locks"
          + " where locktype = 'advisory' and granted and pid <> pg_backend_pid()"
          + " and database = (select oid from pg_database where datname = current_database())"
          + " and classid::bigint = hashtext('caravan lease')::bigint & 4294967295";

  private final TestDatabase database = TestDatabase.fresh();
  private final Simulator exchange =
      Simulator.start(SimulatorOptions.defaults().withAlpacaRequestsPerMinute(0));

  @AfterAll
  void close() {
    exchange.close();
    database.close();
  }

  @Test
  void oneStreamsTheOtherWaitsAndTakesOverAndAFormerHolderChangesNothing() throws Exception {
    try (RunningCaravan first = node("one");
        RunningCaravan second = node("two")) {
      first.start();
      awaiting("the first to stream").until(() -> streams(first));
      assertTradesAreStored();
      second.start();
      awaiting("the second to know who streams")
          .untilAsserted(
              () -> {
                HealthCheck.Result health =
                    HealthCheckHelper.getHealthCheck(second.context(), "stream").call();
                assertThat(health.getState()).isEqualTo(HealthCheck.State.UP);
                assertThat(health.getMessage().orElse(""))
                    .startsWith("held by the Caravan on one (" + first.process() + ")");
              });
      assertThat(exchange.stream().connects()).as("one of the market and one of news").hasSize(2);
      assertThat(database.count("select count(*) from stream_coverage where feed = 'iex'"))
          .isEqualTo(4);

      assertThatThrownBy(() -> second.context().getRouteController().startRoute("stream"))
          .as("a person who starts it by JMX")
          .hasStackTraceContaining("the stream is held by the Caravan on one");

      try (RunningCaravan third = node("three", Map.of("caravan.alpaca.feed", "sip"))) {
        assertThatThrownBy(third::start)
            .hasMessageContaining("caravan.alpaca.feed = sip")
            .hasMessageContaining("which have stream feed iex: give all nodes the same");
      }

      // The lease goes to somebody who does nothing with it: the first gives up by itself.
      long epoch = epoch();
      try (Connection thief = database.connect();
          Statement statement = thief.createStatement()) {
        awaiting("the lease")
            .until(
                () -> {
                  statement.execute(ENDED);
                  try (var row =
                      statement.executeQuery(
                          "select pg_try_advisory_lock(hashtext('caravan lease'), hashtext('stream'))")) {
                    row.next();
                    return row.getBoolean(1);
                  }
                });
        awaiting("the end of the first's stream")
            .until(
                () ->
                    first.context().getRouteController().getRouteStatus("stream")
                        == ServiceStatus.Stopped);
        assertThat(streams(second)).isFalse();
        assertThat(owner(first).isOurs()).isFalse();
      }
      awaiting("one of them to stream again").until(() -> streams(first) || streams(second));
      assertTradesAreStored();
      awaiting("what is owed to end")
          .until(
              () ->
                  database.count(
                          "select count(*) from gaps where feed = 'iex' and status = 'open' and to_ts is null")
                      == 0);
      assertThat(database.count("select count(*) from stream_coverage where feed = 'iex'"))
          .isEqualTo(4);

      RunningCaravan holder = streams(first) ? first : second;
      RunningCaravan heir = holder == first ? second : first;
      // As while the connection of a holder that sleeps is open.
      exchange.stream().failNextAuth(StreamError.CONNECTION_LIMIT_EXCEEDED);
      holder.close();
      awaiting("the heir to stream").until(() -> streams(heir));
      awaiting("both connections").until(() -> exchange.stream().connections().size() == 2);
      assertTradesAreStored();
      assertThat(epoch()).isGreaterThan(epoch);
      awaiting("what is owed to end")
          .until(
              () ->
                  database.count(
                          "select count(*) from gaps where feed = 'iex' and status = 'open' and to_ts is null")
                      == 0);
      assertThat(database.query("select distinct owner from stream_owners where feed = 'iex'"))
          .containsExactly(Map.of("owner", heir.process()));
      assertThat(exchange.stream().maxSockets()).as("Alpaca allows an account one").isEqualTo(1);
    }
  }

  private void assertTradesAreStored() {
    TapeTrade trade = exchange.stream().trade("AAPL", new BigDecimal("150.25"), 100);
    awaiting("the trade")
        .until(
            () ->
                database.count("select count(*) from trades where trade_id = " + trade.id()) == 1);
  }

  private long epoch() {
    return database.count("select epoch from stream_owners where feed = 'iex'");
  }

  private static boolean streams(RunningCaravan node) {
    return node.context()
        .getRegistry()
        .lookupByNameAndType("streamFigures", StreamFigures.class)
        .isSubscribed();
  }

  private static StreamOwner owner(RunningCaravan node) {
    return node.context().getRegistry().lookupByNameAndType("streamOwner", StreamOwner.class);
  }

  private RunningCaravan node(String name) {
    return node(name, Map.of());
  }

  private RunningCaravan node(String name, Map<String, String> others) {
    Map<String, String> settings = new HashMap<>();
    settings.put("caravan.database.url", database.url());
    settings.put("caravan.database.user", TestDatabase.user());
    settings.put("caravan.database.password", TestDatabase.password());
    settings.put("caravan.symbols", "AAPL,MSFT");
    settings.put("caravan.alpaca.key-id", "test");
    settings.put("caravan.alpaca.secret-key", "test");
    settings.put("caravan.alpaca.data-url", exchange.url());
    settings.put("caravan.alpaca.trading-url", exchange.url());
    settings.put("caravan.yahoo.url", exchange.url());
    settings.put("caravan.alpaca.stream-url", exchange.url().replace("http:", "ws:"));
    settings.put("caravan.schedule.stream", "always");
    settings.put("caravan.schedule.yahoo-quotes", "off");
    settings.put("caravan.schedule.catch-up", "off");
    settings.put("caravan.schedule.repair", "off");
    settings.put("caravan.stream.channels", "trades");
    settings.put("caravan.cluster.enabled", "true");
    settings.put("caravan.cluster.node", name);
    settings.put("caravan.cluster.lease-ms", "2000");
    settings.put("caravan.cluster.beat-ms", "200");
    settings.putAll(others);
    return new RunningCaravan(
        settings,
        Map.of(
            "caravan.internal.http", "false",
            "caravan.internal.stream-tick-ms", "200",
            "caravan.internal.stream-takeover-ms", "200",
            // Longer than this test waits: a connection of the node before is not somebody else's.
            "caravan.internal.stream-busy-min-ms", "600000",
            "caravan.internal.stream-busy-max-ms", "600001",
            "camel.main.routeFilterExcludePattern", "api-*,rest:*",
            "camel.main.jmxEnabled", "false",
            "camel.main.name", "caravan-" + name));
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(100));
  }
}
