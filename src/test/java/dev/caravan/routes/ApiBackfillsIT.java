package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.support.ApiAnswers;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import dev.caravan.support.TestDatabase;
import dev.caravan.support.Web;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Backfills begun, watched and stopped over real HTTP, of an exchange whose time stands still. */
class ApiBackfillsIT extends CaravanTestSupport {
  private static final String SATURDAY = "2026-11-21T12:00:00Z";
  private static final String WEEK =
      "{\"source\": \"alpaca\", \"timeframe\": \"1Min\", \"from\": \"2026-11-16\", \"to\": \"2026-11-20\"}";

  /** Twelve months are several ranges of each symbol. */
  private static final String YEAR =
      "{\"source\": \"alpaca\", \"timeframe\": \"1Min\", \"from\": \"2025-11-24\", \"to\": \"2026-11-20\","
          + " \"symbols\": [\"aapl\"]}";

  private final MovableClock clock = new MovableClock(SATURDAY);
  private final int port = TestDatabase.freePort();
  private final Web web = Web.at(port).as("ali", "open-sesame-7731");
  private final Web viewer = Web.at(port).as("cassim", "look-around-2204");

  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withClock(Clock.fixed(Instant.parse(SATURDAY), ZoneOffset.UTC))
              .withAlpacaRequestsPerMinute(0)
              .withYahooQuickRequests(0));

  ApiBackfillsIT() {
    set("caravan.http.port", Integer.toString(port));
    set("caravan.http.user", "ali");
    set("caravan.http.password", "open-sesame-7731");
    set("caravan.http.viewer-user", "cassim");
    set("caravan.http.viewer-password", "look-around-2204");
    set("caravan.yahoo.url", exchange.url());
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.schedule.yahoo-quotes", "off");
    set("caravan.schedule.repair", "off");
    set("caravan.retention.trades", "30");
  }

  @Override
  protected boolean scheduled() {
    return true;
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  @Override
  public void configureTest(TestExecutionConfiguration configuration) {
    super.configureTest(configuration);
    configuration.withJMX(false);
  }

  @BeforeEach
  void forget() {
    exchange.clearFaults();
    exchange.clearRequests();
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  @Test
  void aBackfillRunsInTheBackgroundAndItsOutcomeIsSaid() throws IOException {
    symbols("AAPL", "MSFT");
    assertThat(json("/api/backfills").toString()).isEqualTo("{\"running\":null,\"ended\":[]}");

    HttpResponse<String> answer = web.post("/api/backfills", WEEK);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    JsonNode started = new ObjectMapper().readTree(answer.body());
    long run = started.path("run_id").asLong();
    assertThat(answer.body())
        .isEqualTo("{\"run_id\":" + run + ",\"status\":\"started\",\"symbols\":2,\"ranges\":1}");
    awaiting("the end").until(() -> json("/api/backfills").at("/ended/0/status").isTextual());
    JsonNode ended = json("/api/backfills");
    assertThat(ended.path("running").isNull()).isTrue();
    assertThat(ended.at("/ended/0/run_id").asLong()).isEqualTo(run);
    assertThat(ended.at("/ended/0/status").asText()).isEqualTo("succeeded");
    assertThat(ended.at("/ended/0/trigger").asText()).isEqualTo("api");
    assertThat(ended.at("/ended/0/expected").asInt()).isEqualTo(2);
    assertThat(ended.at("/ended/0/source").asText()).isEqualTo("alpaca");
    assertThat(ended.at("/ended/0/timeframe").asText()).isEqualTo("1Min");
    assertThat(ended.at("/ended/0/symbols").asInt()).isEqualTo(2);
    assertThat(database.count("select count(distinct symbol) from bars where timeframe = '1Min'"))
        .isEqualTo(2);
    assertThat(database.query("select run_id, status from flow_runs"))
        .containsExactly(Map.of("run_id", run, "status", "succeeded"));
  }

  @Test
  void oneThatAPersonStopsKeepsItsPagesAndTheNextGoesOnWithWhatIsOpen() throws IOException {
    symbols("AAPL");
    exchange.addFault(
        Fault.of(Provider.ALPACA, Fault.Kind.SLOW).matching("/bars").after(Duration.ofMillis(700)));
    assertThat(web.post("/api/backfills", YEAR).statusCode()).isEqualTo(202);
    awaiting("rows of the first page").until(() -> running().path("rows").asLong() > 0);
    JsonNode running = running();
    assertThat(running.path("here").asBoolean()).isTrue();
    assertThat(running.path("stopping").asBoolean()).isFalse();
    assertThat(running.path("source").asText()).isEqualTo("alpaca");
    assertThat(running.path("timeframe").asText()).isEqualTo("1Min");
    assertThat(running.path("from").asText()).isEqualTo("2025-11-24");
    assertThat(running.path("symbols").asInt()).isEqualTo(1);
    assertThat(running.path("done").asDouble()).isBetween(0.0, 0.9999);
    assertThat(running.path("rows_per_second").asDouble()).isPositive();

    refused(web.post("/api/backfills", WEEK), 409, null, "A backfill runs already");
    HttpResponse<byte[]> stopped = web.ask("DELETE", "/api/backfills/current");
    assertThat(stopped.statusCode()).isEqualTo(202);
    assertThat(ApiAnswers.read(stopped).path("status").asText()).isEqualTo("stopping");

    awaiting("the end").until(() -> json("/api/backfills").path("running").isNull());
    JsonNode ended = json("/api/backfills").at("/ended/0");
    assertThat(ended.path("status").asText()).isEqualTo("interrupted");
    assertThat(ended.path("from").asText()).isEqualTo("2025-11-24");
    assertThat(ended.path("error").asText())
        .isEqualTo("stopped by a person; the next backfill of the same goes on with what is open");
    long kept = database.count("select count(*) from bars");
    assertThat(kept).isPositive();
    assertThat(database.count("select count(*) from backfill_ranges where status = 'open'"))
        .isPositive();
    assertThat(database.count("select count(*) from dead_letters")).isZero();
    assertThat(web.ask("DELETE", "/api/backfills/current").statusCode()).isEqualTo(404);

    exchange.clearFaults();
    assertThat(web.post("/api/backfills", YEAR).statusCode()).isEqualTo(202);
    awaiting("the end of the second")
        .until(() -> json("/api/backfills").at("/ended/0/status").asText().equals("succeeded"));
    assertThat(database.count("select count(*) from bars")).isGreaterThan(kept);
    assertThat(database.count("select count(*) from backfill_ranges where status = 'open'"))
        .isZero();
    assertThat(database.count("select max(revision) from bars")).isZero();
  }

  @Test
  void oneOfAnotherProcessIsSeenWithoutItsProgressAndNotStoppedFromHere() throws IOException {
    symbols("AAPL");
    database.execute(
        "insert into flow_runs (flow, trigger, status, process, question) values ('backfill',"
            + " 'command', 'running', 'another', '{\"source\": \"yahoo\", \"timeframe\": \"1Day\","
            + " \"from\": \"2026-01-02\", \"to\": \"2026-11-20\", \"symbols\": 40}')");
    JsonNode running = running();
    assertThat(ApiAnswers.names(running))
        .containsExactly(
            "run_id",
            "trigger",
            "started_at",
            "source",
            "timeframe",
            "from",
            "to",
            "symbols",
            "here");
    assertThat(running.path("source").asText()).isEqualTo("yahoo");
    assertThat(running.path("to").asText()).isEqualTo("2026-11-20");
    assertThat(running.path("symbols").asInt()).isEqualTo(40);
    assertThat(running.path("here").asBoolean()).isFalse();
    refused(web.post("/api/backfills", WEEK), 409, null, "A backfill runs already");
    HttpResponse<byte[]> stopped = web.ask("DELETE", "/api/backfills/current");
    assertThat(stopped.statusCode()).isEqualTo(409);
    assertThat(ApiAnswers.read(stopped).path("detail").asText()).contains("in another process");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | | The body is empty",
        "{} | source | source is missing; give alpaca or yahoo.",
        "{'source': 'nyse', 'timeframe': '1Day', 'from': '2026-11-16', 'to': '2026-11-20'} | source | there are alpaca, yahoo.",
        "{'source': 'alpaca', 'timeframe': '2Min', 'from': '2026-11-16', 'to': '2026-11-20'} | timeframe | there are 1Min",
        "{'source': 'yahoo', 'timeframe': '1Min', 'from': '2026-11-16', 'to': '2026-11-20'} | timeframe | Yahoo is loaded for 1Day only",
        "{'source': 'yahoo', 'timeframe': 'trades', 'from': '2026-11-16', 'to': '2026-11-20'} | timeframe | Yahoo does not serve trades",
        "{'source': 'alpaca', 'timeframe': '1Day', 'to': '2026-11-20'} | from | from is missing; give a date",
        "{'source': 'alpaca', 'timeframe': '1Day', 'from': '2026-02-30', 'to': '2026-11-20'} | from | must be a date such as",
        "{'source': 'alpaca', 'timeframe': '1Day', 'from': '16.11.2026', 'to': '2026-11-20'} | from | must be a date such as",
        "{'source': 'alpaca', 'timeframe': '1Day', 'from': 20261116, 'to': '2026-11-20'} | from | of another kind",
        "{'source': 'alpaca', 'timeframe': '1Day', 'from': '2026-11-20', 'to': '2026-11-16'} | from | from 2026-11-20 is after to 2026-11-16.",
        "{'source': 'alpaca', 'timeframe': '1Day', 'from': '2026-11-16', 'to': '2026-11-22'} | to | to 2026-11-22 is in the future.",
        "{'source': 'alpaca', 'timeframe': '1Day', 'from': '2015-11-16', 'to': '2026-11-20'} | from | begins with 2016-01-01",
        "{'source': 'alpaca', 'timeframe': '1Day', 'from': '2026-11-14', 'to': '2026-11-15'} | from | were closed",
        "{'source': 'alpaca', 'timeframe': 'trades', 'from': '2026-10-01', 'to': '2026-11-20'} | from | caravan.retention.trades drops",
        "{'source': 'yahoo', 'timeframe': '1Day', 'from': '2026-11-16', 'to': '2026-11-20', 'symbols': []} | symbols | leave it out for all",
        "{'source': 'yahoo', 'timeframe': '1Day', 'from': '2026-11-16', 'to': '2026-11-20', 'symbols': ['A/B']} | symbols | is not a symbol",
        "{'source': 'yahoo', 'timeframe': '1Day', 'from': '2026-11-16', 'to': '2026-11-20', 'symbols': ['NOPE']} | symbols | Not in table symbols: NOPE.",
        "{'source': 'alpaca', 'timeframe': '1Day', 'from': '2026-11-16', 'to': '2026-11-20', 'symbols': ['^GSPC']} | symbols | alpaca does not serve ^GSPC.",
        "{'source': 'yahoo', 'timeframe': '1Day', 'from': '2026-11-16', 'to': '2026-11-20', 'symbol': 'AAPL'} | symbol | There is no symbol here; there are source, timeframe, from, to, symbols."
      })
  void whatCannotBeAskedForIsRefusedByName(String body, String parameter, String detail)
      throws IOException {
    symbols("AAPL", "^GSPC");
    refused(web.post("/api/backfills", body.replace('\'', '"')), 400, parameter, detail);
    assertThat(database.count("select count(*) from flow_runs")).isZero();
  }

  @Test
  void tooManySymbolsAreRefusedAndSoIsOneForNobody() throws IOException {
    String many =
        IntStream.range(0, 1001).mapToObj(n -> "\"S" + n + "\"").collect(Collectors.joining(","));
    refused(
        web.post("/api/backfills", WEEK.replace("}", ", \"symbols\": [" + many + "]}")),
        400,
        "symbols",
        "too many symbols; send 1000 at the most");
    refused(
        web.post("/api/backfills", WEEK), 400, "symbols", "No active symbol is served by alpaca");
  }

  @Test
  void aViewerAndAPageOfAnotherSiteSeeItAndChangeNothing() {
    symbols("AAPL");
    assertThat(viewer.get("/api/backfills").statusCode()).isEqualTo(200);
    assertThat(viewer.post("/api/backfills", WEEK).statusCode()).isEqualTo(403);
    assertThat(viewer.ask("DELETE", "/api/backfills/current").statusCode()).isEqualTo(403);
    assertThat(
            web.ask("DELETE", "/api/backfills/current", "Origin", "https://evil.example")
                .statusCode())
        .isEqualTo(403);
    assertThat(database.count("select count(*) from flow_runs")).isZero();
  }

  private JsonNode running() {
    return json("/api/backfills").path("running");
  }

  private JsonNode json(String path) {
    HttpResponse<byte[]> answer = web.ask("GET", path);
    assertThat(answer.statusCode()).as(ApiAnswers.text(answer)).isEqualTo(200);
    return ApiAnswers.read(answer);
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(Duration.ofMinutes(2));
  }

  private static void refused(
      HttpResponse<String> answer, int status, String parameter, String detail) throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode problem = new ObjectMapper().readTree(answer.body());
    assertThat(problem.path("parameter").asText(null)).isEqualTo(parameter);
    assertThat(problem.path("detail").asText()).contains(detail);
  }
}
