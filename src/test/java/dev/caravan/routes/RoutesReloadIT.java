package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.runtime.FlowCatalog;
import dev.caravan.support.RunningCaravan;
import dev.caravan.support.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.support.DefaultExchange;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A route that is edited is live in the Caravan that runs, within the limits of docs/camel.md. */
class RoutesReloadIT {
  private static final String CHECK = "day/database-check.camel.yaml";
  private static final String GAPS = "ledger/gaps.camel.yaml";
  private static final String STEPS = "database-check-steps";

  private final TestDatabase database = TestDatabase.fresh();
  @TempDir private Path folder;
  private RunningCaravan caravan;

  @BeforeEach
  void startWithACopyOfTheRoutes() throws Exception {
    Path routes = Path.of("routes");
    try (Stream<Path> files = Files.walk(routes)) {
      for (Path file : files.filter(each -> !each.equals(routes)).toList()) {
        Files.copy(file, folder.resolve(routes.relativize(file)));
      }
    }
    Map<String, String> settings = new HashMap<>();
    settings.put("caravan.database.url", database.url());
    settings.put("caravan.database.user", TestDatabase.user());
    settings.put("caravan.database.password", TestDatabase.password());
    settings.put("caravan.schedule.stream", "off");
    FlowCatalog.FLOWS.forEach(flow -> settings.put("caravan.schedule." + flow, "off"));
    caravan =
        new RunningCaravan(
            settings,
            Map.of(
                "caravan.internal.http", "false",
                "camel.main.routesExcludePattern", "**/api/*.camel.yaml",
                "camel.main.routesReloadEnabled", "true",
                "camel.main.routesReloadDirectory", folder.toString(),
                "camel.main.jmxEnabled", "false"));
    caravan.start();
  }

  @AfterEach
  void close() {
    caravan.close();
    database.close();
  }

  @Test
  void whatIsEditedIsLiveAndTheOthersStay() throws Exception {
    Map<String, Route> before = routes();
    edit(CHECK, "Writes this run", "Really writes this run");

    edited("a new route").until(() -> started(STEPS) && routes().get(STEPS) != before.get(STEPS));
    assertThat(routes().get(STEPS).getDescription()).startsWith("Really writes this run");
    assertThat(without(routes(), STEPS)).isEqualTo(without(before, STEPS));
    Exchange run = new DefaultExchange(caravan.context());
    run.getMessage().setHeader("trigger", "api");
    caravan.context().createProducerTemplate().send("direct:database-check", run);
    assertThat(database.query("select status from flow_runs where flow = 'database-check'"))
        .containsExactly(Map.of("status", "succeeded"));
  }

  @Test
  void whatIsWrongIsGoneAndKeepsTheOthersWaitingUntilItIsPutRight() throws Exception {
    Set<String> before = routes().keySet();
    edit(CHECK, "{run_id: \"${variable.run}\"}", "{run: \"${variable.run}\"}");
    edited("a statement refuses a parameter").until(() -> !routes().containsKey(STEPS));
    edit(GAPS, "    description: ", "    description: Really ");

    edit(CHECK, "{run: \"${variable.run}\"}", "{run_id: \"${variable.run}\"}");
    edited("both files").until(() -> started(STEPS) && described("Really "));
    edited("all of both").untilAsserted(() -> assertThat(routes().keySet()).isEqualTo(before));
  }

  private boolean described(String begin) {
    return routes().values().stream()
        .anyMatch(route -> String.valueOf(route.getDescription()).startsWith(begin));
  }

  private boolean started(String route) {
    return caravan.context().getRouteController().getRouteStatus(route) == ServiceStatus.Started;
  }

  private Map<String, Route> routes() {
    return caravan.context().getRoutes().stream()
        .collect(Collectors.toMap(Route::getId, each -> each));
  }

  private static Map<String, Route> without(Map<String, Route> routes, String id) {
    Map<String, Route> others = new HashMap<>(routes);
    others.remove(id);
    return others;
  }

  /** Camel looks at the folder each two seconds. */
  private static ConditionFactory edited(String what) {
    return await(what).atMost(Duration.ofMinutes(1));
  }

  /** As an editor saves: the new file takes the place of the old one. */
  private void edit(String file, String from, String to) throws IOException {
    String text = Files.readString(folder.resolve(file));
    assertThat(text).contains(from);
    Path saved =
        Files.writeString(
            folder.resolve("saved"),
            text.replaceFirst(Pattern.quote(from), Matcher.quoteReplacement(to)));
    Files.move(saved, folder.resolve(file), StandardCopyOption.ATOMIC_MOVE);
  }
}
