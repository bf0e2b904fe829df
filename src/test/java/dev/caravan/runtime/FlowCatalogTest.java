package dev.caravan.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowCatalogTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** What has a run of its own as a part of a flow, and cannot be started alone. */
  private static final Set<String> PARTS =
      Set.of("database-check", "alpaca-news", "newsapi-headlines", "backfill", "replay-letters");

  private static final Pattern TEXT = Pattern.compile(".*\\.(sql|js|html|java)");

  private static final Pattern NAMED =
      Pattern.compile("(?:flow = '|[Tt]he flow |caravan run |\\.jar run )([a-z]+-[a-z-]+)");

  @ParameterizedTest
  @CsvSource({
    "0 0 18 ? * MON-FRI, session-days",
    "0 30 18 ? * mon-fri, session-days",
    "0 30 18 ? * 2-6 2099, session-days",
    "10/30 * * ? * *, always",
    "0 0 9 ? * SAT, always",
    "0 0 18 * * ?, always"
  })
  void aCronOfMondayToFridayKeepsToTheDaysOfSessions(String cron, String admits) {
    Properties resolved = resolved(Map.of("caravan.schedule.end-of-day", cron));
    assertThat(resolved)
        .containsEntry("caravan.internal.schedule.end-of-day.admits", admits)
        .containsEntry("caravan.internal.schedule.end-of-day.on", "true");
  }

  @Test
  void byDefaultWhatBelongsToTheSessionKeepsToItsDays() {
    Properties resolved = resolved(Map.of());
    for (String flow : new String[] {"hourly-process", "start-of-day", "end-of-day"}) {
      assertThat(resolved)
          .containsEntry("caravan.internal.schedule." + flow + ".admits", "session-days");
    }
    assertThat(resolved)
        .containsEntry("caravan.internal.schedule.yahoo-quotes.admits", "sessions")
        .containsEntry("caravan.internal.schedule.market-calendar.admits", "always")
        .containsEntry("caravan.internal.schedule.repair.admits", "always");
  }

  @Test
  void withoutKeysWhatAsksAlpacaIsOff() {
    Properties resolved = resolved(Map.of());
    for (String flow :
        new String[] {"market-calendar", "symbol-maintenance", "alpaca-hourly-bars"}) {
      assertThat(resolved).containsEntry("caravan.internal.schedule." + flow + ".on", "false");
    }
    assertThat(resolved)
        .containsEntry("caravan.internal.schedule.hourly-process.on", "true")
        .containsEntry("caravan.internal.schedule.start-of-day.on", "true")
        // What is owed of Yahoo needs no keys.
        .containsEntry("caravan.internal.schedule.repair.on", "true");
  }

  /** The contract's table, with the flows that came later. */
  @Test
  void theFlowsAreThoseOfTheContract() {
    assertThat(FlowCatalog.FLOWS)
        .containsExactlyInAnyOrder(
            "yahoo-quotes",
            "yahoo-bars",
            "yahoo-profiles",
            "alpaca-corporate-actions",
            "alpaca-daily-bars",
            "alpaca-hourly-bars",
            "alpaca-minute-bars",
            "news-load",
            "symbol-maintenance",
            "market-calendar",
            "hourly-process",
            "start-of-day",
            "end-of-day",
            "receipts",
            "catch-up",
            "repair",
            "retention");
  }

  @Test
  void everyFlowHasARouteAndAScheduleAndNothingElseHas() throws IOException {
    assertThat(templated("flow", "flow"))
        .filteredOn(flow -> !PARTS.contains(flow))
        .containsExactlyInAnyOrderElementsOf(FlowCatalog.FLOWS);
    assertThat(templated("schedule", "flow"))
        .containsExactlyInAnyOrderElementsOf(FlowCatalog.FLOWS);
  }

  @Test
  void theStepsOfAFlowAreThoseOfItsRoute() throws IOException {
    for (Flow flow : FlowCatalog.ALL) {
      List<String> steps = new ArrayList<>();
      for (Map<String, String> step : calls("step")) {
        if (step.get("flow").equals(flow.name()) && !PARTS.contains(step.get("step"))) {
          steps.add(step.get("step"));
        }
      }
      assertThat(flow.steps()).as(flow.name()).isEqualTo(steps);
    }
  }

  @Test
  void aFlowThatNeedsKeysIsOneThatAsksAlpacaAlone() {
    assertThat(FlowCatalog.ALL)
        .filteredOn(Flow::needsAlpaca)
        .extracting(Flow::name)
        .containsExactly(
            "alpaca-corporate-actions",
            "alpaca-daily-bars",
            "alpaca-hourly-bars",
            "alpaca-minute-bars",
            "symbol-maintenance",
            "market-calendar");
  }

  @Test
  void theFlowsOfBarsAndActionsAndTheDaysTakeADate() {
    assertThat(FlowCatalog.ALL)
        .filteredOn(Flow::takesDate)
        .extracting(Flow::name)
        .containsExactly(
            "yahoo-bars",
            "alpaca-corporate-actions",
            "alpaca-daily-bars",
            "alpaca-hourly-bars",
            "alpaca-minute-bars",
            "start-of-day",
            "end-of-day",
            "receipts");
  }

  @Test
  void everyPurposeIsASentence() {
    assertThat(FlowCatalog.ALL)
        .extracting(Flow::purpose)
        .allMatch(purpose -> purpose.matches("[A-Z].*[a-z]\\."));
  }

  @Test
  void inTheDemoEveryFlowThatHasAScheduleRunsWithinAMinuteOrInsideAnother() {
    Properties resolved = resolved(FlowCatalog.demoSchedules());
    for (Flow flow : FlowCatalog.ALL) {
      String schedule = FlowCatalog.demoSchedules().getOrDefault(flow.key(), flow.schedule());
      boolean inside =
          FlowCatalog.ALL.stream().anyMatch(parent -> parent.steps().contains(flow.name()));
      assertThat(schedule)
          .as(flow.name())
          .matches(
              inside ? "off|[0-9/]+ \\* \\* \\? \\* \\*" : "start|[0-9/]+ \\* \\* \\? \\* \\*");
    }
    assertThat(resolved).containsEntry("caravan.internal.schedule.repair.admits", "always");
  }

  /** Texts outside the catalogue that name a flow in a way that a misspelling would go unseen. */
  @Test
  void everyFlowThatAStatementAPageOrAnExampleNamesExists() throws IOException {
    List<String> named = new ArrayList<>();
    for (String folder :
        List.of("src/main/resources/sql", "src/main/resources/web", "src/main/java")) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        for (Path file : files.filter(each -> TEXT.matcher(each.toString()).matches()).toList()) {
          Matcher name = NAMED.matcher(Files.readString(file));
          while (name.find()) {
            named.add(name.group(1));
          }
        }
      }
    }
    assertThat(named).hasSizeGreaterThan(5);
    named.removeAll(PARTS);
    assertThat(FlowCatalog.FLOWS).containsAll(named);
  }

  private static List<String> templated(String template, String parameter) throws IOException {
    return calls(template).stream().map(call -> call.get(parameter)).toList();
  }

  /** The parameters of each route that is made from a template, file by file and top to bottom. */
  private static List<Map<String, String>> calls(String template) throws IOException {
    List<Map<String, String>> calls = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("routes"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).sorted().toList()) {
        for (JsonNode top : YAML.readTree(file.toFile())) {
          JsonNode call = top.path("templatedRoute");
          if (call.path("routeTemplateRef").asText().equals(template)) {
            Map<String, String> parameters = new HashMap<>();
            call.path("parameters")
                .forEach(
                    each ->
                        parameters.put(each.path("name").asText(), each.path("value").asText()));
            calls.add(parameters);
          }
        }
      }
    }
    return calls;
  }

  private static Properties resolved(Map<String, String> given) {
    Properties properties = new Properties();
    FlowCatalog.resolve(
        Settings.load(Path.of("none"), Map.of(), Map.of(), given, Map.of()), properties);
    return properties;
  }
}
