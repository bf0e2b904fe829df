package dev.caravan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.database.EmbeddedServer;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.Place;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The runtime on a server that is not there yet, goes away and comes back. */
class DatabaseDownE2E {
  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withAlwaysOpen(true)
              .withAlpacaRequestsPerMinute(0)
              .withYahooQuickRequests(0));

  private final Place place = Place.prepared("down");

  @AfterEach
  void close() {
    place.close();
    exchange.close();
  }

  @Test
  void itWaitsForItsDatabaseAndSurvivesAnOutage() throws Exception {
    try (CaravanProcess runtime =
        place
            .caravan(exchange.url())
            .set("caravan.database.url", "jdbc:postgresql://127.0.0.1:" + place.port() + "/caravan")
            .set("caravan.database.user", "caravan")
            .set("caravan.symbols", "AAPL,MSFT,NVDA")
            .set("caravan.schedule.yahoo-quotes", "0/2 * * ? * *")
            .run()) {
      runtime.awaitLine("Caravan retries every 2 s until it is available");
      // Two further tries at least, which are not worth a line each.
      await()
          .during(java.time.Duration.ofSeconds(6))
          .atMost(CaravanProcess.PATIENCE)
          .until(runtime::isAlive);
      assertThat(runtime.errors())
          .singleElement()
          .asString()
          .contains(" WARN ", "jdbc:postgresql://127.0.0.1:" + place.port() + "/caravan");

      // The URL names a server like any other; that it is an embedded one is the test's affair.
      EmbeddedServer server = place.server();
      runtime.awaitLine("Caravan runs: ");
      awaitSuccessAfter(0);

      int linesBefore = runtime.errors().size();
      place.stopServer();
      // Longer than a run waits for a connection, so that some runs fail for want of one.
      await()
          .during(java.time.Duration.ofSeconds(25))
          .atMost(CaravanProcess.PATIENCE)
          .until(() -> runtime.isAlive() && !place.portIsOpen());
      place.startServerAgain();
      awaiting("the server").until(place::portIsOpen);
      awaiting("the server answers").ignoreExceptions().until(() -> newest() > 0);
      awaitSuccessAfter(newest());
      awaiting("no run stays open beyond the newest")
          .until(
              () ->
                  place.count(
                          "select count(*) from flow_runs where status = 'running'"
                              + " and started_at < now() - interval '30 s'")
                      == 0);
      assertThat(place.count("select count(*) from flow_runs where status = 'running'"))
          .isLessThanOrEqualTo(1);

      List<String> meanwhile = runtime.errors().subList(linesBefore, runtime.errors().size());
      assertThat(meanwhile)
          .as("the outage is no flood")
          .hasSizeLessThan(60)
          .noneMatch(line -> line.startsWith("\tat "));
      runtime.sigterm();
      runtime.exitCode();
      assertThat(runtime.errors()).last().asString().endsWith("Caravan has stopped");
      assertThat(place.count("select count(*) from flow_runs where status = 'running'")).isZero();
      assertThat(server.jdbcUrl()).endsWith(":" + place.port() + "/caravan");
    }
    assertThat(place.portIsOpen())
        .as("a server that was given by its URL is not ours to stop")
        .isTrue();
  }

  private long newest() {
    return place.count("select coalesce(max(run_id), 0) from flow_runs");
  }

  private void awaitSuccessAfter(long run) {
    awaiting("a run after " + run)
        .until(
            () ->
                place.count(
                        "select count(*) from flow_runs where status = 'succeeded' and stored = 3"
                            + " and run_id > "
                            + run)
                    >= 2);
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(CaravanProcess.PATIENCE);
  }
}
