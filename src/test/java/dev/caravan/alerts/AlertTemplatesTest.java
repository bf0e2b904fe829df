package dev.caravan.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The words of each alert, and the section that they lead to. */
class AlertTemplatesTest {
  private static final Path WORDS = Path.of("src/main/resources/alerts");
  private static final Pattern SECTION = Pattern.compile("(?m)^## ([a-z]+(?:-[a-z]+)*)$");
  private static final Pattern CONDITION = Pattern.compile("'([a-z]+(?:-[a-z]+)+)'");

  private static List<String> alerts() throws IOException {
    try (Stream<Path> files = Files.list(WORDS)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".txt"))
          .map(name -> name.replace(".txt", ""))
          .sorted()
          .toList();
    }
  }

  @Test
  void eachHasASectionInTheGuide() throws IOException {
    assertThat(found(SECTION, Path.of("docs/alerts.md"))).containsExactlyElementsOf(alerts());
  }

  /** A condition without words would never be told. */
  @Test
  void eachConditionHasItsWords() throws IOException {
    Set<String> conditions =
        found(CONDITION, Path.of("src/main/resources/sql/alerts/compare_alerts.sql"));
    assertThat(conditions).hasSizeGreaterThan(6);
    assertThat(alerts()).containsAll(conditions);
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void eachIsATitleAndWhatItMeansInEveryForm(String what) throws Exception {
    AlertMessage message =
        new AlertMessage(
            what,
            "acme \"x\"",
            AlertMessage.Kind.OPENED,
            "Said \"no\" in C:\\temp\nand ${body[host]}.",
            Instant.parse("2026-11-20T15:00:00Z"),
            null,
            "box");
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      context.start();
      AlertTemplates templates = new AlertTemplates(context);
      AlertTemplates.Written text = templates.write(message, AlertAddress.Form.TEXT);
      assertThat(text.title()).startsWith("Alert: ").doesNotContain("\n").doesNotEndWith(".");
      assertThat(text.text())
          .startsWith(text.title() + "\n\nSaid \"no\" in C:\\temp\nand ${body[host]}.\n\n")
          .endsWith(
              "\n\nSince 2026-11-20 15:00 UTC, on box. What it means and what to do: docs/alerts.md#"
                  + what);
      JsonNode json =
          new ObjectMapper().readTree(templates.write(message, AlertAddress.Form.JSON).text());
      assertThat(json.path("text").asText()).isEqualTo(text.text());
      assertThat(json.path("subject").asText()).isEqualTo("acme \"x\"");
      assertThat(json.path("since").asText()).isEqualTo("2026-11-20T15:00:00Z");
      JsonNode slack =
          new ObjectMapper().readTree(templates.write(message, AlertAddress.Form.SLACK).text());
      assertThat(slack.path("text").asText()).isEqualTo(text.text());
    }
  }

  @Test
  void anAllClearSaysHowLongItTook() throws Exception {
    AlertMessage message =
        new AlertMessage(
            "source-down",
            "yahoo",
            AlertMessage.Kind.CLEARED,
            "",
            Instant.parse("2026-11-20T15:00:00Z"),
            Instant.parse("2026-11-20T15:35:10Z"),
            "box");
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      context.start();
      assertThat(
              new AlertTemplates(context).write(message, AlertAddress.Form.TEXT).text().split("\n"))
          .containsExactly(
              "Resolved: yahoo is down",
              "",
              "From 2026-11-20 15:00 UTC to 2026-11-20 15:35 UTC (35 min), on box. What it means"
                  + " and what to do: docs/alerts.md#source-down");
    }
  }

  private static Set<String> found(Pattern pattern, Path file) throws IOException {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(Files.readString(file));
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
