package dev.caravan.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** The log as the settings want it; afterwards it is as it was. */
class LogSettingsTest {
  private final Properties before = (Properties) System.getProperties().clone();
  private final PrintStream errors = System.err;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
  @TempDir private Path directory;

  @AfterEach
  void restore() throws JoranException {
    System.setErr(errors);
    System.setProperties(before);
    configure();
  }

  @Test
  void aLineIsForPeopleUnlessJsonIsAskedFor() throws Exception {
    start(Map.of());
    context.getLogger("dev.caravan").info("{} of {} symbols", 9, 10);
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .matches("\\S+Z INFO  dev\\.caravan +9 of 10 symbols\\R");
  }

  @Test
  void asJsonEachLineIsOneObject() throws Exception {
    start(Map.of("caravan.log.format", "json"));
    context.getLogger("dev.caravan").warn("{} said \"no\"\nto {}", "yahoo", "us");
    String line = printed.toString(StandardCharsets.UTF_8);
    assertThat(line.lines()).hasSize(1);
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(json.path("level").asText()).isEqualTo("WARN");
    assertThat(json.path("loggerName").asText()).isEqualTo("dev.caravan");
    assertThat(json.path("formattedMessage").asText()).isEqualTo("yahoo said \"no\"\nto us");
    assertThat(json.path("timestamp").isNumber()).isTrue();
  }

  @Test
  void aLineEndsWithItsRunUnlessItNamesIt() throws Exception {
    start(Map.of());
    log("run", "12", "AAPL is read again");
    log("run", "12", "yahoo-quotes run 12 started (command)");
    log("run", "12", "yahoo-quotes run 1 is over\nfor good");
    log("request", "A-7", "A request to the API failed: no answer [sic]");
    assertThat(
            printed
                .toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replaceAll("^.* dev\\.caravan +", "")))
        .containsExactly(
            "AAPL is read again [run 12]",
            "yahoo-quotes run 12 started (command)",
            "yahoo-quotes run 1 is over",
            "for good [run 12]",
            "A request to the API failed: no answer [sic] [request A-7]");
  }

  @Test
  void asJsonTheRunIsAField() throws Exception {
    start(Map.of("caravan.log.format", "json"));
    log("run", "12", "AAPL is read again");
    assertThat(new ObjectMapper().readTree(printed.toByteArray()).at("/mdc/run").asText())
        .isEqualTo("12");
  }

  private void log(String key, String value, String message) {
    try (MDC.MDCCloseable one = MDC.putCloseable(key, value)) {
      context.getLogger("dev.caravan").info(message);
    }
  }

  @Test
  void aFileIsRolledBeforeItGrowsLarge() throws Exception {
    Path file = directory.resolve("caravan.log");
    start(Map.of("caravan.log.file", file.toString()));
    String text = "x".repeat(10_000);
    for (int line = 0; line < 1_200; line++) {
      context.getLogger("dev.caravan").info(text);
    }
    // Ends what is still being compressed.
    context.reset();
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.filter(each -> each.toString().endsWith(".gz")).toList()).hasSize(1);
    }
    assertThat(Files.size(file)).isLessThan(10_500_000);
    assertThat(printed.size()).as("standard error as well").isGreaterThan(12_000_000);
  }

  private void start(Map<String, String> settings) throws Exception {
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    LogSettings.apply(Settings.load(Path.of("none"), Map.of(), settings, Map.of(), Map.of()));
    configure();
  }

  private void configure() throws JoranException {
    context.reset();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(getClass().getResource("/logback.xml"));
  }
}
