package dev.caravan.e2e;

import static dev.caravan.support.Place.ended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.LimiterKind;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.simulator.server.ServedRequest;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.Place;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The life of the runtime in a process of its own, on the server that it brings along. */
class RuntimeE2E {
  private static final int PER_MINUTE = 60;

  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withAlwaysOpen(true)
              .withAlpacaRequestsPerMinute(0)
              .withYahooQuickRequests(0)
              .withYahooRequestsPerMinute(PER_MINUTE)
              .withLimiter(LimiterKind.SLIDING_WINDOW));

  private final Place place = Place.fresh("runtime");

  @AfterEach
  void close() {
    place.close();
    exchange.close();
  }

  @Test
  void itRunsOnScheduleBesideOneShotCommandsWithinOneBudgetUntilItIsToldToEnd() {
    try (CaravanProcess runtime =
        caravan()
            .set("caravan.schedule.yahoo-quotes", "0/2 * * ? * *")
            .set("caravan.schedule.alpaca-daily-bars", "1/5 * * ? * *")
            .run()) {
      runtime.awaitLine("Caravan runs: ");
      awaiting("runs by schedule")
          .until(
              () ->
                  place.count(
                          "select count(distinct flow) from flow_runs where trigger = 'schedule'"
                              + " and status = 'succeeded'")
                      == 2);

      CaravanProcess command = ended(caravan().run("run", "yahoo-bars"), 0);
      assertThat(command.errors()).noneMatch(line -> line.contains(" started on port "));
      assertThat(
              place.query(
                  "select flow, status, stored from flow_runs where trigger = 'command' order by 1"))
          .containsExactly(Map.of("flow", "yahoo-bars", "status", "succeeded", "stored", 3));
      assertThat(place.portIsOpen()).as("the server runs on").isTrue();

      CaravanProcess second = ended(caravan().run(), 1);
      assertThat(second.errors())
          .filteredOn(line -> line.contains("already running"))
          .singleElement()
          .asString()
          .contains("Caravan is already running on directory " + place.data())
          .contains("process " + runtime.pid())
          .contains("caravan.database.port");
      assertThat(second.errors()).noneMatch(line -> line.startsWith("\tat "));

      // More than fit into one window, so that the limit has been met.
      awaiting("more requests than a minute permits").until(() -> yahoo().size() > PER_MINUTE + 5);
      ended(caravan().run("run", "yahoo-bars"), 0);
      assertThat(yahoo()).as("none is refused").noneMatch(request -> request.status() == 429);
      assertNoWindowHoldsMoreThanTheLimit();

      long before = place.count("select max(run_id) from flow_runs");
      awaiting("further runs by schedule")
          .until(
              () ->
                  place.count(
                          "select count(*) from flow_runs where trigger = 'schedule'"
                              + " and status = 'succeeded' and run_id > "
                              + before)
                      >= 2);

      runtime.sigterm();
      assertThat(runtime.exitCode()).as("as the JVM ends at a SIGTERM").isIn(0, 143);
      assertThat(place.portIsOpen()).as("the server is stopped").isFalse();
      assertThat(runtime.errors()).last().asString().endsWith("Caravan has stopped");
      assertThat(runtime.errors())
          .noneMatch(line -> line.contains(" ERROR ") || line.startsWith("\tat "));
    }
    assertThat(
            place.read(
                "select status, count(*) from flow_runs where status = 'running' group by 1"))
        .as("no run is left open")
        .isEmpty();
  }

  @Test
  void camelsCommandLineIsToldOfEachRouteWhileCaravanRunsAndFindsItGoneAfterwards() {
    try (CaravanProcess runtime =
        caravan()
            .set("caravan.schedule.yahoo-quotes", "0/2 * * ? * *")
            // Where "camel ps" and "camel get route" look: .camel below the home directory.
            .set("user.home", place.directory())
            .run()) {
      runtime.awaitLine("Caravan runs: ");
      Path status = place.directory().resolve(".camel").resolve(runtime.pid() + "-status.json");
      awaiting("a run that is told")
          .ignoreExceptions()
          .until(
              () -> {
                JsonNode told = new ObjectMapper().readTree(status.toFile());
                return told.at("/context/name").asText().equals("caravan")
                    && StreamSupport.stream(told.path("routes").spliterator(), false)
                        .filter(route -> route.path("routeId").asText().equals("yahoo-quotes"))
                        .anyMatch(route -> route.at("/statistics/exchangesTotal").asInt() > 0);
              });
      runtime.sigterm();
      runtime.exitCode();
      assertThat(status).doesNotExist();
    }
  }

  @Test
  void afterAKillTheNextOneAdoptsTheServerMarksTheRunAndKeepsTheData() {
    try (CaravanProcess killed =
        caravan().set("caravan.schedule.yahoo-quotes", "0/2 * * ? * *").run()) {
      awaiting("a run by schedule")
          .until(() -> killed.errors().stream().anyMatch(line -> line.contains("succeeded")));
      exchange.addFault(Fault.of(Provider.YAHOO, Fault.Kind.SLOW).after(Duration.ofSeconds(20)));
      awaiting("a run that waits for its answer")
          .until(
              () ->
                  yahoo().stream().anyMatch(request -> request.status() == 0)
                      && place.count("select count(*) from flow_runs where status = 'running'")
                          == 1);
      killed.kill9();
    }
    assertThat(place.portIsOpen()).as("the server lives on").isTrue();
    long run = place.count("select run_id from flow_runs where status = 'running'");
    List<Map<String, Object>> data =
        place.query(
            "select source, symbol, ts, price, stored_at from price_snapshots order by ts, symbol");
    assertThat(data).isNotEmpty();

    exchange.clearFaults();
    try (CaravanProcess runtime =
        caravan().set("caravan.schedule.yahoo-quotes", "0/2 * * ? * *").run()) {
      runtime.awaitLine("Using the PostgreSQL that is already running on port " + place.port());
      runtime.awaitLine("Caravan runs: ");
      assertThat(
              place.query(
                  "select status, finished_at is not null as finished, error is not null as said"
                      + " from flow_runs where run_id = "
                      + run))
          .containsExactly(Map.of("status", "interrupted", "finished", true, "said", true));
      awaiting("a run after the kill")
          .until(
              () ->
                  place.count(
                          "select count(*) from flow_runs where status = 'succeeded' and run_id > "
                              + run)
                      > 0);
      assertThat(
              place.query(
                  "select source, symbol, ts, price, stored_at from price_snapshots order by ts, symbol"))
          .containsAll(data);
      runtime.sigterm();
      runtime.exitCode();
      assertThat(place.portIsOpen()).as("who adopts the server stops it").isFalse();
    }
  }

  private CaravanProcess.Start caravan() {
    return place
        .caravan(exchange.url())
        .set("caravan.symbols", "AAPL,MSFT,NVDA")
        .set("caravan.yahoo.requests-per-minute", PER_MINUTE)
        .set("caravan.yahoo.burst", 10);
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(CaravanProcess.PATIENCE);
  }

  private List<ServedRequest> yahoo() {
    return exchange.requests().stream()
        .filter(request -> request.provider() == Provider.YAHOO)
        .toList();
  }

  private void assertNoWindowHoldsMoreThanTheLimit() {
    List<ServedRequest> requests = yahoo();
    for (int i = 0; i + PER_MINUTE < requests.size(); i++) {
      Duration span =
          Duration.ofNanos(requests.get(i + PER_MINUTE).nanoTime() - requests.get(i).nanoTime());
      assertThat(span)
          .as("requests %s to %s", i, i + PER_MINUTE)
          .isGreaterThan(Duration.ofSeconds(60));
    }
  }
}
