package dev.caravan.e2e;

import static dev.caravan.support.Place.ended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.CommandHere;
import dev.caravan.support.Place;
import dev.caravan.support.Web;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What the packaged program serves over HTTP, to whom, and when it opens no port. Two run for all
 * tests: one that is open to this machine, and a guarded one, on a server that it did not start.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpE2E {
  private static final String PASSWORD = "open-sesame-7731";

  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withAlwaysOpen(true)
              .withAlpacaRequestsPerMinute(0)
              .withYahooQuickRequests(0));

  private final Place place = Place.prepared("http");
  private final Web web = Web.at(place.httpPort());
  private final Place guardedPlace = Place.prepared("guarded");
  private final Web stranger = Web.at(guardedPlace.httpPort());
  private final Web ali = stranger.as("ali", PASSWORD);
  private CaravanProcess runtime;
  private CaravanProcess guarded;

  @BeforeAll
  void start() {
    runtime =
        caravan(place)
            .set("caravan.symbols", "AAPL,MSFT,NVDA,QQA,QQB,QQC,QQD")
            .set("caravan.schedule.yahoo-quotes", "0/2 * * ? * *")
            .run();
    guardedPlace.server();
    guarded =
        caravan(guardedPlace)
            .set(
                "caravan.database.url",
                "jdbc:postgresql://127.0.0.1:" + guardedPlace.port() + "/caravan")
            .set("caravan.database.user", "caravan")
            .set("caravan.http.user", "ali")
            .environment("CARAVAN_HTTP_PASSWORD", PASSWORD)
            .run();
    runtime.awaitLine("http://127.0.0.1:" + place.httpPort() + "/observe/health");
    guarded.awaitLine("Caravan runs: ");
  }

  @AfterAll
  void end() {
    try (exchange;
        place;
        guardedPlace;
        CaravanProcess open = runtime;
        CaravanProcess closed = guarded) {
      open.sigterm();
      closed.sigterm();
      open.exitCode();
      closed.exitCode();
      assertThat(Place.isOpen(place.httpPort())).isFalse();
      assertThat(open.errors())
          .noneMatch(line -> line.contains(" ERROR ") || line.startsWith("\tat "));
      assertThat(closed.everything()).doesNotContain(PASSWORD);
    }
  }

  @Test
  void theRuntimeServesHealthAndMetricsAndACommandBesideItOpensNoPort() {
    assertThat(web.get("/observe/health").statusCode()).isEqualTo(200);
    assertThat(web.check("context").path("status").asText()).isEqualTo("UP");
    assertThat(web.check("database").path("status").asText()).isEqualTo("UP");
    assertThat(web.check("database").path("message").asText())
        .isEqualTo("Database caravan on 127.0.0.1:" + place.port() + " answers");
    assertThat(web.check("route:schedule-end-of-day").path("status").asText())
        .as("a schedule that is off is well")
        .isEqualTo("UP");
    assertThat(web.get("/observe/health/live").statusCode()).isEqualTo(200);
    assertThat(web.get("/observe/health/ready").statusCode()).isEqualTo(200);
    assertThat(web.get("/observe/health/ready").body()).contains("\"name\":\"database\"");
    assertThat(web.get("/").statusCode()).isEqualTo(200);

    CommandHere command = caravan(place).here(0, "run", "yahoo-bars");
    assertThat(command.errors()).noneMatch(line -> line.contains("caravan.http"));
    assertThat(web.get("/observe/metrics").body().lines())
        .contains("hikaricp_connections_max{pool=\"caravan\"} 24.0")
        .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{"))
        .anyMatch(
            line ->
                line.startsWith("camel_exchanges_total{camelContext=\"caravan\"")
                    && line.contains("routeId=\"yahoo-bars\""));
    CommandHere doctor = caravan(place).here(0, "doctor");
    assertThat(doctor.output())
        .anyMatch(
            line -> line.startsWith("note  http") && line.contains("a Caravan is running on"));
  }

  @Test
  void theMetersOfRoutesDoNotGrowInNumberWithTheSymbols() {
    awaiting("prices of all symbols")
        .ignoreExceptions()
        .until(() -> place.count("select count(distinct symbol) from price_snapshots") == 7);
    awaiting("the runs are counted")
        .until(() -> metrics().getOrDefault(total("yahoo-quotes-item"), 0.0) >= 7);
    assertThat(metrics().keySet())
        .noneMatch(meter -> meter.contains("QQA") || meter.contains("chart/"));
    assertThat(metrics()).containsKey("camel_route_policy_seconds_count" + tags("yahoo-quotes"));
  }

  @Test
  void withAPasswordNobodyElseGetsInAndItIsNeverShown() {
    for (String path : new String[] {"/", "/observe/health", "/observe/metrics", "/api/runs"}) {
      assertThat(stranger.get(path).statusCode()).as(path).isEqualTo(401);
      assertThat(stranger.as("ali", "wrong").get(path).statusCode()).as(path).isEqualTo(401);
    }
    assertThat(stranger.get("/observe/health/live").body()).isEqualTo("{\"status\":\"UP\"}");
    assertThat(stranger.get("/observe/health/ready").body()).isEqualTo("{\"status\":\"UP\"}");
    assertThat(ali.get("/observe/health").statusCode()).isEqualTo(200);
    assertThat(ali.get("/observe/metrics").statusCode()).isEqualTo(200);
    assertThat(ali.get("/observe/health?data=true").body()).doesNotContain(PASSWORD);
    assertThat(guarded.everything()).doesNotContain(PASSWORD);
  }

  @Test
  void aPortThatIsTakenEndsTheStartWithOneLineAndLeavesNothingRunning() throws IOException {
    try (Place taken = Place.prepared("taken");
        ServerSocket other =
            new ServerSocket(taken.httpPort(), 1, InetAddress.getByName("127.0.0.1"))) {
      CaravanProcess process = ended(caravan(taken).run(), 1);
      assertThat(process.errors())
          .filteredOn(line -> line.contains("caravan.http.port"))
          .containsExactly(
              "caravan.http.port "
                  + taken.httpPort()
                  + " on 127.0.0.1 is in use by another program. Stop that program, or set"
                  + " caravan.http.port to a free port.");
      assertThat(process.errors())
          .noneMatch(line -> line.contains(" ERROR ") || line.startsWith("\tat "));
      assertThat(taken.portIsOpen()).as("the server is stopped").isFalse();

      CommandHere doctor = caravan(taken).here(1, "doctor");
      assertThat(doctor.output())
          .filteredOn(line -> line.startsWith("WRONG"))
          .singleElement()
          .asString()
          .contains("http", "caravan.http.port " + taken.httpPort() + " on 127.0.0.1 is in use");
      assertThat(other.isClosed()).isFalse();
    }
  }

  @Test
  void aDatabaseThatIsStoppedIsDownWithTheReasonAndUpWhenItIsBack() throws Exception {
    assertThat(ali.get("/observe/health").statusCode()).isEqualTo(200);
    assertThat(ali.get("/api/symbols").body()).contains("\"symbol\":\"AAPL\"");
    assertThat(ali.get("/api/status").body()).contains("\"database\":{\"up\":true");

    guardedPlace.stopServer();
    for (String path : new String[] {"/api/symbols", "/api/flows", "/api/bars?symbol=AAPL"}) {
      HttpResponse<String> away = ali.get(path);
      assertThat(away.statusCode()).as(path).isEqualTo(503);
      assertThat(away.headers().firstValue("Content-Type")).contains("application/problem+json");
      assertThat(away.body())
          .isEqualTo(
              "{\"type\":\"about:blank\",\"title\":\"Not available now\",\"status\":503,"
                  + "\"detail\":\"The database is unavailable; Caravan continues as soon as it is back.\"}");
    }
    assertThat(ali.get("/api/status").statusCode()).isEqualTo(200);
    assertThat(ali.get("/api/status").body())
        .contains("\"database\":{\"up\":false,\"message\":\"The database is unavailable");
    assertThat(ali.get("/api/stream").statusCode()).isEqualTo(200);
    assertThat(ali.metric("caravan_gaps_open")).as("not known").isEqualTo(-1);
    assertThat(ali.get("/observe/health").statusCode()).isEqualTo(503);
    assertThat(ali.get("/observe/health/ready").statusCode()).isEqualTo(503);
    assertThat(ali.get("/observe/health/live").statusCode())
        .as("a new start would not help")
        .isEqualTo(200);
    JsonNode database = ali.check("database");
    assertThat(database.path("status").asText()).isEqualTo("DOWN");
    assertThat(database.path("message").asText())
        .startsWith("Database caravan on 127.0.0.1:" + guardedPlace.port() + " cannot be used: ")
        .contains("refused")
        .doesNotContain("\n");

    guardedPlace.startServerAgain();
    awaiting("health").until(() -> ali.get("/observe/health").statusCode() == 200);
    awaiting("the API").until(() -> ali.get("/api/symbols").statusCode() == 200);
    assertThat(ali.get("/api/status").body()).contains("\"database\":{\"up\":true");
    assertThat(ali.check("database").path("status").asText()).isEqualTo("UP");
  }

  @Test
  void aCommandOpensNoPortWhileItWorks() {
    try (Simulator slow = Simulator.start(SimulatorOptions.defaults().withYahooQuickRequests(0));
        Place alone = Place.prepared("alone")) {
      slow.addFault(
          Fault.of(Provider.YAHOO, Fault.Kind.SLOW).after(Duration.ofSeconds(5)).times(1));
      try (CaravanProcess command =
          alone
              .caravan(slow.url())
              .set("caravan.symbols", "AAPL,MSFT,NVDA")
              .run("run", "yahoo-quotes")) {
        awaiting("its request").until(() -> !slow.requests().isEmpty());
        assertThat(command.isAlive()).isTrue();
        assertThat(alone.portIsOpen()).as("it works").isTrue();
        assertThat(Place.isOpen(alone.httpPort())).isFalse();
        assertThat(command.exitCode()).isZero();
      }
    }
  }

  private CaravanProcess.Start caravan(Place where) {
    return where.caravan(exchange.url()).set("caravan.symbols", "AAPL,MSFT,NVDA");
  }

  private Map<String, Double> metrics() {
    return web.get("/observe/metrics")
        .body()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .collect(
            Collectors.toMap(
                line -> line.substring(0, line.lastIndexOf(' ')),
                line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
  }

  private static String total(String route) {
    return "camel_exchanges_total" + tags(route);
  }

  private static String tags(String route) {
    return "{camelContext=\"caravan\",eventType=\"route\",kind=\"CamelRoute\",routeId=\""
        + route
        + "\"}";
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(CaravanProcess.PATIENCE);
  }
}
