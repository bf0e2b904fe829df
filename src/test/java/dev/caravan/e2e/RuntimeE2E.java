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
import dev.caravan.support.CommandHere;
import dev.caravan.support.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The life of the runtime in a process of its own, on the server that it brings along. One lives
 * through all tests; another one is killed, and followed by a third.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RuntimeE2E {
  private static final int PER_MINUTE = 60;

  private final Simulator exchange = exchange();

  private final Place place = Place.fresh("runtime");

  // Where "camel ps" and "camel get route" look: .camel below the home directory.
  private Path told;
  private CaravanProcess runtime;

  @BeforeAll
  void start() {
    runtime =
        caravan(place, exchange)
            .set("caravan.schedule.yahoo-quotes", "0/2 * * ? * *")
            .set("caravan.schedule.alpaca-daily-bars", "1/5 * * ? * *")
            .set("user.home", place.directory())
            .run();
    runtime.awaitLine("Caravan runs: ");
    told = place.directory().resolve(".camel").resolve(runtime.pid() + "-status.json");
  }

  @AfterAll
  void itEndsWhenItIsToldToAndLeavesNothingOpen() {
    try (exchange;
        place;
        CaravanProcess ending = runtime) {
      ending.sigterm();
      assertThat(ending.exitCode()).as("as the JVM ends at a SIGTERM").isIn(0, 143);
      assertThat(place.portIsOpen()).as("the server is stopped").isFalse();
      assertThat(told).as("Camel's command line finds it gone").doesNotExist();
      assertThat(ending.errors()).last().asString().endsWith("Caravan has stopped");
      assertThat(ending.errors())
          .noneMatch(line -> line.contains(" ERROR ") || line.startsWith("\tat "));
      assertThat(
              place.read(
                  "select status, count(*) from flow_runs where status = 'running' group by 1"))
          .as("no run is left open")
          .isEmpty();
    }
  }

  @Test
  void itRunsOnScheduleBesideOneShotCommandsWithinOneBudget() {
    awaiting("runs by schedule")
        .until(
            () ->
                place.count(
                        "select count(distinct flow) from flow_runs where trigger = 'schedule'"
                            + " and status = 'succeeded'")
                    == 2);

    CommandHere command = caravan(place, exchange).here(0, "run", "yahoo-bars");
    assertThat(command.errors()).noneMatch(line -> line.contains(" started on port "));
    assertThat(
            place.query(
                "select flow, status, stored from flow_runs where trigger = 'command' order by 1"))
        .containsExactly(Map.of("flow", "yahoo-bars", "status", "succeeded", "stored", 3));
    assertThat(place.portIsOpen()).as("the server runs on").isTrue();

    CaravanProcess second = ended(caravan(place, exchange).run(), 1);
    assertThat(second.errors())
        .filteredOn(line -> line.contains("already running"))
        .singleElement()
        .asString()
        .contains("Caravan is already running on directory " + place.data())
        .contains("process " + runtime.pid())
        .contains("caravan.database.port");
    assertThat(second.errors()).noneMatch(line -> line.startsWith("\tat "));

    // More than fit into one window, so that the limit has been met.
    awaiting("more requests than a minute permits")
        .until(() -> yahoo(exchange).size() > PER_MINUTE + 5);
    caravan(place, exchange).here(0, "run", "yahoo-bars");
    assertThat(yahoo(exchange)).as("none is refused").noneMatch(request -> request.status() == 429);
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
  }

  @Test
  void camelsCommandLineIsToldOfEachRouteWhileCaravanRuns() {
    awaiting("a run that is told")
        .ignoreExceptions()
        .until(
            () -> {
              JsonNode status = new ObjectMapper().readTree(told.toFile());
              return status.at("/context/name").asText().equals("caravan")
                  && StreamSupport.stream(status.path("routes").spliterator(), false)
                      .filter(route -> route.path("routeId").asText().equals("yahoo-quotes"))
                      .anyMatch(route -> route.at("/statistics/exchangesTotal").asInt() > 0);
            });
  }

  @Test
  void aStartThatFailsIsNoSuccess() throws IOException {
    try (Place alone = Place.prepared("fails")) {
      // Two consumers of one endpoint: Camel fails when it starts the second.
      String route = "- route: {id: %s, from: {uri: 'direct:same', steps: [{log: none}]}}\n";
      Path routes =
          Files.writeString(
              alone.directory().resolve("wrong.yaml"),
              String.format(route, "one") + String.format(route, "two"));
      CaravanProcess process =
          ended(alone.caravan().set("camel.main.routesIncludePattern", "file:" + routes).run(), 1);
      assertThat(process.everything()).contains("Caravan cannot continue", "direct://same");
    }
  }

  @Test
  void afterAKillTheNextOneAdoptsTheServerMarksTheRunAndKeepsTheDataUntilCamelStopsIt()
      throws IOException {
    try (Simulator others = exchange();
        Place alone = Place.prepared("killed")) {
      afterAKill(alone, others);
    }
  }

  private void afterAKill(Place alone, Simulator others) throws IOException {
    try (CaravanProcess killed =
        caravan(alone, others).set("caravan.schedule.yahoo-quotes", "0/2 * * ? * *").run()) {
      awaiting("a run by schedule")
          .until(() -> killed.errors().stream().anyMatch(line -> line.contains("succeeded")));
      others.addFault(Fault.of(Provider.YAHOO, Fault.Kind.SLOW).after(Duration.ofSeconds(20)));
      awaiting("a run that waits for its answer")
          .until(
              () ->
                  yahoo(others).stream().anyMatch(request -> request.status() == 0)
                      && alone.count("select count(*) from flow_runs where status = 'running'")
                          == 1);
      killed.kill9();
    }
    assertThat(alone.portIsOpen()).as("the server lives on").isTrue();
    long run = alone.count("select run_id from flow_runs where status = 'running'");
    List<Map<String, Object>> data =
        alone.query(
            "select source, symbol, ts, price, stored_at from price_snapshots order by ts, symbol");
    assertThat(data).isNotEmpty();

    others.clearFaults();
    try (CaravanProcess next =
        caravan(alone, others)
            .set("caravan.schedule.yahoo-quotes", "0/2 * * ? * *")
            .set("user.home", alone.directory())
            .run()) {
      next.awaitLine("Using the PostgreSQL that is already running on port " + alone.port());
      next.awaitLine("Caravan runs: ");
      assertThat(
              alone.query(
                  "select status, finished_at is not null as finished, error is not null as said"
                      + " from flow_runs where run_id = "
                      + run))
          .containsExactly(Map.of("status", "interrupted", "finished", true, "said", true));
      awaiting("a run after the kill")
          .until(
              () ->
                  alone.count(
                          "select count(*) from flow_runs where status = 'succeeded' and run_id > "
                              + run)
                      > 0);
      assertThat(
              alone.query(
                  "select source, symbol, ts, price, stored_at from price_snapshots order by ts, symbol"))
          .containsAll(data);
      // As "camel stop" does.
      Path order = alone.directory().resolve(".camel").resolve(Long.toString(next.pid()));
      awaiting("the mark of a process that runs").until(() -> Files.exists(order));
      Files.delete(order);
      assertThat(next.exitCode()).isZero();
      assertThat(next.errors()).last().asString().endsWith("Caravan has stopped");
      assertThat(alone.portIsOpen()).as("who adopts the server stops it").isFalse();
    }
  }

  private static Simulator exchange() {
    return Simulator.start(
        SimulatorOptions.defaults()
            .withAlwaysOpen(true)
            .withAlpacaRequestsPerMinute(0)
            .withYahooQuickRequests(0)
            .withYahooRequestsPerMinute(PER_MINUTE)
            .withLimiter(LimiterKind.SLIDING_WINDOW));
  }

  private static CaravanProcess.Start caravan(Place where, Simulator asked) {
    return where
        .caravan(asked.url())
        .set("caravan.symbols", "AAPL,MSFT,NVDA")
        .set("caravan.yahoo.requests-per-minute", PER_MINUTE)
        .set("caravan.yahoo.burst", 10);
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(CaravanProcess.PATIENCE);
  }

  private static List<ServedRequest> yahoo(Simulator asked) {
    return asked.requests().stream()
        .filter(request -> request.provider() == Provider.YAHOO)
        .toList();
  }

  private void assertNoWindowHoldsMoreThanTheLimit() {
    List<ServedRequest> requests = yahoo(exchange);
    for (int i = 0; i + PER_MINUTE < requests.size(); i++) {
      Duration span =
          Duration.ofNanos(requests.get(i + PER_MINUTE).nanoTime() - requests.get(i).nanoTime());
      assertThat(span)
          .as("requests %s to %s", i, i + PER_MINUTE)
          .isGreaterThan(Duration.ofSeconds(60));
    }
  }
}
