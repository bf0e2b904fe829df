package dev.caravan.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.runtime.FlowCatalog;
import dev.caravan.source.RequestBudget;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.Web;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.Attribute;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.component.resilience4j.ResilienceProcessor;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Flows, repair and budgets in JMX, health and metrics, of a runtime in this JVM. */
class ManagementIT extends CaravanTestSupport {
  private static final MBeanServer JMX = ManagementFactory.getPlatformMBeanServer();
  private static final int PORT = dev.caravan.support.TestDatabase.freePort();

  private final Web web = Web.at(PORT);
  private boolean shown;

  ManagementIT() {
    set("caravan.http.port", Integer.toString(PORT));
    set("caravan.schedule.yahoo-quotes", "off");
    set("caravan.schedule.yahoo-bars", "0 30 3 ? * *");
    set("caravan.schedule.repair", "0 0 4 ? * *");
    // Nobody listens there.
    set("caravan.yahoo.url", "http://127.0.0.1:1");
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

  @BeforeEach
  void show() {
    // The runtime does so by a hook of Camel's Main, which this test goes without.
    if (!shown) {
      context.getRegistry().findSingleByType(Management.class).onContextStarted(context);
      shown = true;
    }
  }

  @Test
  void everyFlowThatCanBeRunAndEveryAccountHasAnMbeanThatSaysWhatItIs() throws Exception {
    assertThat(names("dev.caravan:type=Flow,*"))
        .containsExactlyInAnyOrderElementsOf(FlowCatalog.FLOWS);
    assertThat(names("dev.caravan:type=Budget,*"))
        .containsExactlyInAnyOrder("yahoo", "alpaca", "alpaca-trading", "newsapi");
    for (ObjectName name : JMX.queryNames(new ObjectName("dev.caravan:*"), null)) {
      assertThat(JMX.getMBeanInfo(name).getDescription()).as(name.toString()).isNotBlank();
      for (MBeanAttributeInfo attribute : JMX.getMBeanInfo(name).getAttributes()) {
        assertThat(attribute.getDescription()).as(name + attribute.getName()).contains(" ");
        JMX.getAttribute(name, attribute.getName());
      }
    }
    assertThat(JMX.isRegistered(new ObjectName("dev.caravan:type=Repair"))).isTrue();
  }

  @Test
  void everyRouteInJmxHasADescription() throws Exception {
    Set<ObjectName> routes =
        JMX.queryNames(new ObjectName("org.apache.camel:context=caravan,type=routes,*"), null);
    assertThat(routes).hasSizeGreaterThan(100);
    for (ObjectName route : routes) {
      assertThat(JMX.getAttribute(route, "Description")).as(route.toString()).isNotNull();
    }
  }

  @Test
  void aScheduleIsPausedAndGoesOn() throws Exception {
    ObjectName flow = flow("yahoo-bars");
    ZoneId newYork = ZoneId.of("America/New_York");
    ZonedDateTime now = ZonedDateTime.now(newYork);
    ZonedDateTime due = now.with(LocalTime.of(3, 30));
    Instant next = (due.isAfter(now) ? due : due.plusDays(1)).toInstant();
    assertThat(JMX.getAttribute(flow, "Schedule")).isEqualTo("0 30 3 ? * *");
    assertThat(JMX.getAttribute(flow, "NextFireTime")).isEqualTo(next.toString());
    assertThat(JMX.getAttribute(flow, "Paused")).isEqualTo(false);

    JMX.invoke(flow, "pause", null, null);
    assertThat(JMX.getAttribute(flow, "Paused")).isEqualTo(true);
    assertThat(JMX.getAttribute(flow, "NextFireTime")).isNull();
    assertThat(web.check("route:schedule-yahoo-bars").path("status").asText()).isEqualTo("UP");
    assertThat(web.check("route:schedule-yahoo-bars").path("message").asText()).isEqualTo("paused");

    JMX.invoke(flow, "resume", null, null);
    assertThat(JMX.getAttribute(flow, "Paused")).isEqualTo(false);
    assertThat(JMX.getAttribute(flow, "NextFireTime")).isEqualTo(next.toString());
  }

  @Test
  void aScheduleThatWasStoppedByHandIsDownAndNoReasonToBeUnready() throws Exception {
    context.getRouteController().stopRoute("schedule-repair");
    assertThat(web.check("route:schedule-repair").path("status").asText()).isEqualTo("DOWN");
    assertThat(web.get("/observe/health/ready").statusCode()).isEqualTo(200);
    assertThat(web.get("/observe/health/live").statusCode()).isEqualTo(200);
    JMX.invoke(flow("repair"), "resume", null, null);
    assertThat(web.check("route:schedule-repair").path("status").asText()).isEqualTo("UP");
  }

  @Test
  void aScheduleThatIsOffCannotBePaused() throws Exception {
    assertThat(JMX.getAttribute(flow("yahoo-quotes"), "Paused")).isEqualTo(false);
    for (String operation : new String[] {"pause", "resume"}) {
      assertThatThrownBy(() -> JMX.invoke(flow("yahoo-quotes"), operation, null, null))
          .hasRootCauseMessage("The schedule of yahoo-quotes is off");
    }
  }

  @Test
  void aFlowIsRunNowInTheBackgroundAndItsFailureIsSeenInJmxAndHealth() throws Exception {
    symbols("AAPL");
    JMX.invoke(flow("yahoo-bars"), "runNow", null, null);

    await("the run's end in JMX")
        .atMost(CaravanProcess.PATIENCE)
        .until(() -> "failed".equals(JMX.getAttribute(flow("yahoo-bars"), "LastRunStatus")));
    assertThat(database.query("select trigger from flow_runs where flow = 'yahoo-bars'"))
        .singleElement()
        .satisfies(run -> assertThat(run.get("trigger")).isEqualTo("api"));
    assertThat((String) JMX.getAttribute(flow("yahoo-bars"), "LastRunError")).contains("127.0.0.1");
    JsonNode check = web.check("flow:yahoo-bars");
    assertThat(check.path("status").asText()).isEqualTo("DOWN");
    assertThat(check.path("message").asText())
        .startsWith("failed at 20")
        .contains("127.0.0.1")
        .doesNotContain("\\");
    assertThat(web.get("/observe/health").statusCode()).isEqualTo(503);
    assertThat(web.get("/observe/health/ready").statusCode()).isEqualTo(200);
    assertThat(web.get("/observe/health/live").statusCode()).isEqualTo(200);
    assertThat(web.metric("caravan_flow_failed{flow=\"yahoo-bars\"}")).isEqualTo(1);
    assertThat(web.metric("caravan_flow_runs_total{camelContext=\"caravan\",flow=\"yahoo-bars\""))
        .isGreaterThanOrEqualTo(1);
  }

  @Test
  void aPartialRunAndAFlowThatNeverRanAreUpAndSaySo() {
    database.execute(
        "insert into flow_runs (flow, trigger, status, started_at, finished_at, error, process)"
            + " values ('news-load', 'schedule', 'partial', '2026-11-20T15:00:00Z',"
            + " '2026-11-20T15:01:00Z', '1 of 2 \"symbols\" were not served', 'test')");
    await("the run in health")
        .atMost(CaravanProcess.PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode check = web.check("flow:news-load");
              assertThat(check.path("status").asText()).isEqualTo("UP");
              assertThat(check.path("message").asText())
                  .isEqualTo(
                      "partial at 2026-11-20 15:01:00 UTC: 1 of 2 'symbols' were not served");
              assertThat(web.check("flow:receipts").path("message").asText())
                  .isEqualTo("has not run yet");
            });
  }

  @Test
  void abandonedGapsAreNamedByTheRepairWhateverBecameOfItsLastRun() {
    database.execute(
        "insert into gaps (source, feed, dataset, symbol, from_ts, to_ts, status, reason, closed_at,"
            + " last_error) select 'alpaca', 'iex', 'trades', symbol, '2026-11-20 14:30+00',"
            + " '2026-11-20 14:31+00', 'abandoned', 'lost', now(), 'refused'"
            + " from unnest(array['AAPL', 'MSFT']) symbol");
    // What no history has cannot be taken up again, and would be told of for ever.
    database.execute(
        "insert into gaps (source, feed, dataset, symbol, from_ts, to_ts, reason) values ('alpaca',"
            + " 'iex', 'statuses', 'AAPL', '2026-11-20 14:30+00', '2026-11-20 14:31+00', 'lost')");
    await("the gaps in health")
        .atMost(CaravanProcess.PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(web.check("flow:repair").path("message").asText())
                  .endsWith("; abandoned gaps: 2, see 'caravan gaps list --status abandoned'");
              assertThat(web.check("flow:receipts").path("message").asText())
                  .doesNotContain("abandoned");
            });
  }

  @Test
  void aProviderThatRefusedIsDownUntilItsPauseIsOver() {
    database.execute(
        "insert into request_budgets (account, paused_until, refusals)"
            + " values ('alpaca', '2126-11-20T15:01:00Z', 3)");
    await("the pause in health")
        .atMost(CaravanProcess.PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(web.check("source:alpaca").path("status").asText()).isEqualTo("DOWN");
              assertThat(web.check("source:alpaca").path("message").asText())
                  .isEqualTo(
                      "paused until 2126-11-20 15:01:00 UTC: it refused 3 requests in a row for"
                          + " rate");
              assertThat(JMX.getAttribute(budget("alpaca"), "PausedUntil"))
                  .isEqualTo("2126-11-20T15:01:00Z");
              assertThat(JMX.getAttribute(budget("alpaca"), "Left")).isEqualTo(0);
            });
    assertThat(web.check("source:newsapi").path("status").asText()).isEqualTo("UP");
    assertThat(web.check("source:newsapi").path("message").asText()).isEqualTo("off, no keys");
    assertThat(web.get("/observe/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void aProviderThatIsNotAskedBecauseItFailedIsDown() {
    ResilienceProcessor breaker =
        context.getProcessor("yahoo-request-breaker", ResilienceProcessor.class);
    breaker.transitionToForcedOpenState();
    try {
      assertThat(web.check("source:yahoo").path("status").asText()).isEqualTo("DOWN");
      assertThat(web.check("source:yahoo").path("message").asText())
          .startsWith("not asked: most of the last requests failed");
    } finally {
      breaker.transitionToCloseState();
    }
    assertThat(web.check("source:yahoo").path("message").asText())
        .doesNotContain("most of the last requests failed");
  }

  @Test
  void aBudgetIsChangedWhileCaravanRunsAndNonsenseIsRefused() throws Exception {
    RequestBudget newsapi =
        context.getRegistry().lookupByNameAndType("newsapiBudget", RequestBudget.class);
    JMX.setAttribute(budget("newsapi"), new Attribute("Burst", 1));
    JMX.setAttribute(budget("newsapi"), new Attribute("RequestsPerMinute", 2));
    // The first of two a minute may be sent at once, the second half a minute later.
    newsapi.unused(newsapi.take());
    assertThat(newsapi.left()).isEqualTo(2);
    JMX.setAttribute(budget("newsapi"), new Attribute("RequestsPerMinute", 7));
    assertThat(newsapi.left()).isEqualTo(7);
    for (int wrong : new int[] {0, -1, 1_000_001}) {
      for (String attribute : new String[] {"Burst", "RequestsPerMinute"}) {
        assertThatThrownBy(
                () -> JMX.setAttribute(budget("newsapi"), new Attribute(attribute, wrong)))
            .isInstanceOf(MBeanException.class)
            .hasRootCauseMessage(
                attribute + ": " + wrong + " is not allowed; a whole number from 1 to 1000000");
      }
    }
    assertThat(JMX.getAttribute(budget("newsapi"), "RequestsPerMinute")).isEqualTo(7);
    assertThat(JMX.getAttribute(budget("newsapi"), "Burst")).isEqualTo(1);
  }

  @Test
  void theDashboardForGrafanaAsksForMetricsThatThereAre() throws Exception {
    run("database-check");
    JMX.invoke(new ObjectName("java.lang:type=Memory"), "gc", null, null);
    JsonNode dashboard = new ObjectMapper().readTree(web.get("/grafana/caravan.json").body());
    Set<String> asked = new TreeSet<>();
    for (String expression : dashboard.findValuesAsText("expr")) {
      Matcher metric = Pattern.compile("\\b([a-z_0-9]+)\\{").matcher(expression);
      assertThat(metric.find()).as(expression).isTrue();
      do {
        asked.add(metric.group(1));
      } while (metric.find());
    }
    for (String query : dashboard.at("/templating").findValuesAsText("query")) {
      Matcher metric = Pattern.compile("label_values\\((\\w+),").matcher(query);
      if (metric.find()) {
        asked.add(metric.group(1));
      }
    }
    assertThat(asked).hasSizeGreaterThan(20);
    await("the time of a collection is counted")
        .atMost(CaravanProcess.PATIENCE)
        .untilAsserted(() -> assertThat(metrics()).containsAll(asked));
  }

  @Test
  void theRulesForPrometheusAskForMetricsThatThereAre() throws Exception {
    run("database-check");
    JsonNode groups =
        new ObjectMapper()
            .valueToTree(new Yaml().load(Files.readString(Path.of("src/monitoring/alerts.yml"))))
            .path("groups");
    Pattern metric = Pattern.compile("\\b(caravan|hikaricp|jvm)_[a-z_]+");
    Set<String> asked = new TreeSet<>();
    for (String expression : groups.findValuesAsText("expr")) {
      List<String> found = metric.matcher(expression).results().map(MatchResult::group).toList();
      // What there is of a process that is gone is made by Prometheus itself.
      assertThat(found.isEmpty()).as(expression).isEqualTo(expression.startsWith("up{"));
      asked.addAll(found);
    }
    // Here the server is not Caravan's own; KilledServerIT reads this one.
    assertThat(asked.remove("caravan_postgresql_up")).isTrue();
    assertThat(asked).hasSizeGreaterThan(10);
    await("what is counted now and then")
        .atMost(CaravanProcess.PATIENCE)
        .untilAsserted(() -> assertThat(metrics()).containsAll(asked));
  }

  private Set<String> metrics() {
    return web.get("/observe/metrics")
        .body()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("[{ ]")[0])
        .collect(Collectors.toSet());
  }

  private static Set<String> names(String pattern) throws Exception {
    return JMX.queryNames(new ObjectName(pattern), null).stream()
        .map(name -> name.getKeyProperty("name"))
        .collect(Collectors.toSet());
  }

  private static ObjectName flow(String name) throws Exception {
    return new ObjectName("dev.caravan:type=Flow,name=" + name);
  }

  private static ObjectName budget(String name) throws Exception {
    return new ObjectName("dev.caravan:type=Budget,name=" + name);
  }
}
