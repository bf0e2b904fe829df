package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.alpaca.AlpacaQuotes;
import dev.caravan.ledger.BackfillPlan;
import dev.caravan.market.MarketCalendar;
import dev.caravan.runtime.FlowCatalog;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.simulator.stream.StreamError;
import dev.caravan.stream.AlpacaStreamConstants;
import dev.caravan.stream.StreamHours;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.TestDatabase;
import dev.caravan.support.Web;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.Route;
import org.apache.camel.api.management.ManagedCamelContext;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.awaitility.core.ConditionEvaluationListener;
import org.awaitility.core.EvaluatedCondition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** With all schedules on and some bad answers, every route is run, as Camel's own counters say. */
class RouteCoverageIT extends CaravanTestSupport {
  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withAlwaysOpen(true)
              .withAlpacaRequestsPerMinute(0)
              .withYahooQuickRequests(0));

  private final int port = TestDatabase.freePort();
  private final Web web = Web.at(port);

  RouteCoverageIT() {
    set("caravan.http.port", Integer.toString(port));
    set("caravan.yahoo.url", exchange.url());
    set("caravan.yahoo.cookie-url", exchange.url());
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.alpaca.trading-url", exchange.url());
    set("caravan.newsapi.url", exchange.url());
    set("caravan.newsapi.key", "test");
    set("caravan.alpaca.stream-url", exchange.url().replace("http:", "ws:"));
    set("caravan.schedule.stream", "always");
    // Letters there are.
    set("caravan.alerts.to", "log:alerts");
    set("caravan.alerts.dead-letters-per-hour", "0");
    set("caravan.alerts.summary", "0/10 * * ? * *");
    internal("resume-ms", "500");
    internal("learn-sessions-ms", "500");
    internal("alerts-period-ms", "1000");
    for (String flow : FlowCatalog.FLOWS) {
      // A flow of steps, and a week of minutes, take their time on a small machine.
      set(
          "caravan.schedule." + flow,
          flow.equals("yahoo-quotes") || flow.equals("repair")
              ? "0/2 * * ? * *"
              : "0/10 * * ? * *");
    }
  }

  @Override
  protected boolean scheduled() {
    return true;
  }

  @Override
  public void configureTest(TestExecutionConfiguration configuration) {
    super.configureTest(configuration);
    configuration.withJMX(true);
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  @Test
  void everyRouteIsRun() throws Exception {
    // Unknown to both, malformed for Alpaca, and one that Yahoo fails to serve at first.
    symbols("AAPL", "MSFT", "ZZZZX", "ATC.220816");
    // So many that their quotes are asked for in one call.
    database.execute(
        "insert into symbols (symbol) select 'Q' || chr(65 + n) from generate_series(0, 7) n");
    // One whose company the exchange lists under another symbol.
    database.execute(
        "insert into symbols (symbol, alpaca_id) values ('OLDNV', '"
            + UUID.nameUUIDFromBytes("NVDA".getBytes(StandardCharsets.UTF_8))
            + "')");
    exchange.addFault(Fault.status(Provider.YAHOO, 503).times(1));
    // Since then sessions have passed without Caravan.
    database.execute(
        "insert into flow_runs (flow, trigger, status, started_at, finished_at, process)"
            + " values ('yahoo-bars', 'command', 'succeeded', now() - interval '9 days', now(), 'gone')");
    // Gaps of each dataset, one of a symbol that Alpaca refuses, and one too recent for the plan.
    for (String gap :
        List.of(
            "'sip', 'bars', 'AAPL', '1Min', now() - interval '2 h', now() - interval '1 h'",
            "'sip', 'bars', 'ATC.220816', '1Min', now() - interval '2 h', now() - interval '1 h'",
            "'sip', 'bars', 'MSFT', '1Min', now() - interval '9 min', now() - interval '1 min'",
            "'news', 'news', '*', '-', now() - interval '2 h', now() - interval '1 h'",
            "'sip', 'trades', 'AAPL', '-', now() - interval '2 h', now() - interval '1 h'",
            "'sip', 'quotes', 'AAPL', '-', now() - interval '2 h', now() - interval '1 h'")) {
      database.execute(
          "insert into gaps (source, reason, feed, dataset, symbol, timeframe, from_ts, to_ts)"
              + " values ('alpaca', 'test', "
              + gap
              + ")");
    }
    database.execute(
        "insert into gaps (source, feed, dataset, symbol, timeframe, from_ts, to_ts, reason)"
            + " values ('yahoo', '-', 'bars', 'AAPL', '1Day', now() - interval '30 h',"
            + " now() - interval '20 h', 'test')");
    // A person's run; while a scheduled one is under way it is refused, and tried again.
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> !run("yahoo-quotes", "command").get("status").equals("skipped"));

    // The first reading of news is long, and what follows it need not wait for it.
    run("newsapi-headlines", "command");
    template.send("direct:news-load-nobody", nobody -> {});
    template.send("direct:news-stream-refused", unheardOf -> {});
    template.send("direct:news-stream-lost", nothingOwed -> {});
    // A person's backfills: with a symbol that Alpaca refuses, of trades, and with one unknown to
    // Yahoo.
    LocalDate session = MarketCalendar.sessionsBefore(LocalDate.now(MarketCalendar.NEW_YORK), 2);
    for (BackfillPlan plan :
        List.of(
            backfill("alpaca", "1Hour", session, "AAPL", "ATC.220816"),
            backfill("alpaca", "trades", session, "AAPL"),
            backfill("yahoo", "1Day", session, "AAPL", "ZZZZX"))) {
      template.request(
          "direct:backfill",
          request -> {
            request.getMessage().setHeader("trigger", "command");
            request.getMessage().setHeader("plan", plan);
          });
    }
    template.requestBodyAndHeader("direct:backfill-symbols", "", "source", "alpaca");

    // The simulated exchange has no history of quotes.
    template.request(
        "direct:store-quotes",
        store ->
            store
                .getMessage()
                .setBody(new AlpacaQuotes.Page(List.of(), Set.of(), null, List.of())));

    // A dead letter of each kind, replayed.
    for (String letter :
        List.of(
            "'yahoo-quotes', 'AAPL', null, null, null",
            "'stream', 'AAPL', 'iex', null, 'no message'",
            "'news-stream', '*', null, null, 'no article'",
            "'repair', 'AAPL', 'iex', '1Min', '{\"t\":\"2025-11-20T15:00:00Z\",\"o\":1,\"h\":1,\"l\":1,\"c\":1}'")) {
      database.execute(
          "insert into dead_letters (reason, route_id, symbol, feed, timeframe, payload)"
              + " values ('test', "
              + letter
              + ")");
    }
    template.request(
        "direct:replay-letters",
        replay -> {
          replay.getMessage().setHeader("trigger", "command");
          replay.getMessage().setHeader("letterIds", "[]");
          replay.getMessage().setHeader("letterReason", "test");
        });

    askTheApi();

    // On a quiet day the exchange has no news for minutes.
    await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> {
              exchange.stream().news("A headline of the test", List.of("AAPL"));
              return database.count(
                      "select count(*) from news_articles where headline = 'A headline of the test'")
                  > 0;
            });
    // An error of the stream, and with it a loss; then a loss as it is after the session.
    await().atMost(Duration.ofMinutes(1)).until(() -> !exchange.stream().subscriptions().isEmpty());
    exchange.stream().error(StreamError.INTERNAL_ERROR);
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> database.count("select count(*) from gaps where reason like '%500%'") > 0);
    context
        .getRegistry()
        .lookupByNameAndType("streamHours", StreamHours.class)
        .setSchedule("session");
    template.requestBodyAndHeader(
        "direct:stream-lost", "", AlpacaStreamConstants.AT, Instant.parse("2026-11-22T15:00:00Z"));

    await("a run of each route")
        .atMost(Duration.ofMinutes(8))
        .pollInterval(Duration.ofMillis(200))
        .conditionEvaluationListener(new Missing())
        .untilAsserted(() -> assertThat(notRun()).isEmpty());
    report(Path.of("target", "coverage", "camel-routes.txt"));
  }

  /** Everything that can be asked over HTTP, and something that cannot. */
  private void askTheApi() {
    for (String read :
        List.of(
            "symbols",
            "quotes",
            "bars?symbol=AAPL",
            "trades?symbol=AAPL",
            "exports/quotes",
            "actions",
            "runs",
            "flows",
            "gaps",
            "alerts",
            "nodes",
            "partitions",
            "receipts",
            "completeness",
            "backfills",
            "news",
            "profiles/AAPL",
            "dead-letters",
            "dead-letters/1",
            "stream",
            "status",
            "openapi.json",
            "nothing")) {
      web.ask("GET", "/api/" + read);
    }
    // While a scheduled one is under way a person's is refused, and its route is not run.
    await("a run of receipts that is not refused")
        .atMost(Duration.ofMinutes(1))
        .until(() -> web.ask("POST", "/api/flows/receipts/run").statusCode() == 202);
    for (String change :
        List.of(
            "flows/receipts/pause",
            "flows/receipts/resume",
            "dead-letters/1/replay",
            "gaps/1/reopen",
            "gaps/reopen")) {
      web.ask("POST", "/api/" + change);
    }
    web.post("/api/symbols", "{\"symbols\": [\"NEWLY\"]}");
    web.ask("DELETE", "/api/symbols/NEWLY");
    LocalDate session = MarketCalendar.sessionsBefore(LocalDate.now(MarketCalendar.NEW_YORK), 3);
    web.post(
        "/api/backfills",
        "{\"source\": \"yahoo\", \"timeframe\": \"1Day\", \"from\": \"%1$s\", \"to\": \"%1$s\"}"
            .formatted(session));
    web.ask("DELETE", "/api/backfills/current");
  }

  private static BackfillPlan backfill(
      String source, String timeframe, LocalDate session, String... symbols) {
    return BackfillPlan.of(
        source,
        source.equals("alpaca") ? "sip" : "-",
        timeframe,
        session,
        session,
        List.of(symbols),
        Instant.now());
  }

  /** The routes that are still to be run, by what each of them counts. */
  private List<String> notRun() {
    ManagedCamelContext managed = managed();
    return context.getRoutes().stream()
        .map(Route::getRouteId)
        .filter(id -> managed.getManagedRoute(id).getExchangesTotal() == 0)
        .sorted()
        .toList();
  }

  /**
   * How often each route was run, and below it each of its nodes, as Camel counts them. Camel's own
   * report says the same and looks through all nodes for each of them, which takes a minute.
   */
  private void report(Path file) throws Exception {
    MBeanServer server = context.getManagementStrategy().getManagementAgent().getMBeanServer();
    Map<String, Map<String, Object>> nodes = new TreeMap<>();
    for (ObjectName name :
        server.queryNames(new ObjectName("org.apache.camel:type=processors,*"), null)) {
      nodes
          .computeIfAbsent((String) server.getAttribute(name, "RouteId"), route -> new TreeMap<>())
          .put(
              (String) server.getAttribute(name, "ProcessorId"),
              server.getAttribute(name, "ExchangesTotal"));
    }
    List<String> lines = new ArrayList<>();
    for (String route : context.getRoutes().stream().map(Route::getRouteId).sorted().toList()) {
      lines.add(route + " " + managed().getManagedRoute(route).getExchangesTotal());
      nodes
          .getOrDefault(route, Map.of())
          .forEach((id, total) -> lines.add("  " + id + " " + total));
    }
    assertThat(nodes.keySet()).hasSizeGreaterThan(100);
    Files.createDirectories(file.getParent());
    Files.write(file, lines);
  }

  private ManagedCamelContext managed() {
    return context.getCamelContextExtension().getContextPlugin(ManagedCamelContext.class);
  }

  /** Says which routes are waited for, each time that it is others. */
  private final class Missing implements ConditionEvaluationListener<Object> {
    private List<String> told = List.of();

    @Override
    public void conditionEvaluated(EvaluatedCondition<Object> condition) {
      List<String> missing = notRun();
      if (!missing.equals(told)) {
        told = missing;
        System.out.println("Routes that are still to be run: " + missing);
      }
    }
  }
}
