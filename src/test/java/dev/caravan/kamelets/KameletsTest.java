package dev.caravan.kamelets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorTestBase;
import dev.caravan.simulator.exchange.Split;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.simulator.stream.StreamError;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Kamelets in a Camel that has nothing of Caravan but its jar. */
class KameletsTest extends SimulatorTestBase {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  @TempDir private Path folder;
  private final CamelContext context = new DefaultCamelContext();
  private final List<JsonNode> rows = new CopyOnWriteArrayList<>();
  private final List<Object> types = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    context.stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"JSON", "MSGPACK"})
  void theStreamEmitsEachMessageAsJson(String encoding) throws Exception {
    Simulator simulator = start(options());
    start(stream(simulator, "&symbols=AAPL,MSFT&channels=trades,quotes&encoding=" + encoding));
    awaitSubscribed(simulator);

    simulator.stream().trade("AAPL", new BigDecimal("187.25"), 100);
    simulator.stream().trade("IBM", new BigDecimal("250"), 100);
    clock.advance(Duration.ofMillis(1));
    simulator.stream().trade("MSFT", new BigDecimal("64.6401"), 40);

    await().until(() -> rows.size() >= 4);
    List<JsonNode> trades = rows.stream().filter(row -> row.get("T").asText().equals("t")).toList();
    assertThat(trades).extracting(row -> row.get("S").asText()).containsExactly("AAPL", "MSFT");
    assertThat(trades.get(0).get("p").decimalValue()).isEqualByComparingTo("187.25");
    assertThat(trades.get(0).get("s").asInt()).isEqualTo(100);
    assertThat(trades.get(0).get("t").asText()).isEqualTo("2026-11-20T17:00:00Z");
    assertThat(trades.get(1).get("p").decimalValue()).isEqualByComparingTo("64.6401");
    assertThat(rows).filteredOn(row -> row.get("T").asText().equals("q")).hasSize(2);
    assertThat(types).containsOnly("application/json");
  }

  @Test
  void afterALossTheStreamIsSubscribedAgain() throws Exception {
    Simulator simulator = start(options());
    start(stream(simulator, "&symbols=AAPL"));
    awaitSubscribed(simulator);
    simulator.stream().disconnect();
    await().until(() -> simulator.stream().connects().size() == 2);
    awaitSubscribed(simulator);

    simulator.stream().trade("AAPL", new BigDecimal("187.25"), 100);
    await().until(() -> rows.size() == 1);
  }

  @Test
  void whatIsRefusedForGoodIsNotTriedAgain() throws Exception {
    Simulator simulator = start(options());
    simulator.stream().failNextAuth(StreamError.AUTH_FAILED);
    start(stream(simulator, "&symbols=AAPL"));

    await().until(() -> simulator.stream().connects().size() == 1);
    await().until(() -> simulator.stream().connections().isEmpty());
    await().during(Duration.ofSeconds(1)).until(() -> simulator.stream().connects().size() == 1);
  }

  @Test
  void theSecretIsInNoAddressThatIsShown() throws Exception {
    Simulator simulator = start(options());
    start(stream(simulator, "&symbols=AAPL"));
    awaitSubscribed(simulator);

    assertThat(context.getEndpoints())
        .extracting(Endpoint::toString)
        .isNotEmpty()
        .noneMatch(text -> text.contains("the-secret"));
  }

  @Test
  void theChartEmitsEachBarOnceAndAgainWhenItHasChanged() throws Exception {
    Files.writeString(
        folder.resolve("BRK.B.csv"),
        """
        date,open,high,low,close,volume
        2026-11-18,480.25,484.5,479,483.7,5200000
        2026-11-19,483.5,486,482.25,485.5,4800000
        """);
    Simulator simulator = start(options().withOhlcv(folder));
    simulator.addFault(Fault.status(Provider.YAHOO, 503).times(1));
    start("kamelet:yahoo-chart-source?symbol=BRK-B&period=50&url=" + simulator.url());

    await().until(() -> rows.size() == 2);
    await().until(() -> simulator.requests().size() > 5);
    assertThat(rows).hasSize(2);
    JsonNode first = rows.get(0);
    List<String> names = new ArrayList<>();
    first.fieldNames().forEachRemaining(names::add);
    assertThat(names)
        .containsExactly("symbol", "timestamp", "open", "high", "low", "close", "volume", "final");
    assertThat(first.get("symbol").asText()).isEqualTo("BRK-B");
    assertThat(first.get("timestamp").asText()).isEqualTo("2026-11-18T05:00:00Z");
    assertThat(first.get("open").decimalValue()).isEqualByComparingTo("480.25");
    assertThat(first.get("close").decimalValue()).isEqualByComparingTo("483.7");
    assertThat(first.get("volume").asLong()).isEqualTo(5_200_000);
    assertThat(first.get("final").asBoolean()).isTrue();
    assertThat(types).containsOnly("application/json");

    simulator.addSplit(new Split("BRK.B", LocalDate.parse("2026-11-20"), 2, 1, null));
    await().until(() -> rows.size() == 4);
    assertThat(rows.get(2).get("timestamp").asText()).isEqualTo("2026-11-18T05:00:00Z");
    assertThat(rows.get(2).get("open").decimalValue()).isEqualByComparingTo("240.125");
  }

  private static String stream(Simulator simulator, String options) {
    return "kamelet:alpaca-stream-source?keyId=PKTEST&secretKey=the-secret/+&url="
        + simulator.url().replace("http", "ws")
        + options;
  }

  private void start(String source) throws Exception {
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from(source)
                .process(
                    exchange -> {
                      rows.add(JSON.readTree(exchange.getMessage().getBody(String.class)));
                      types.add(exchange.getMessage().getHeader(Exchange.CONTENT_TYPE));
                    });
          }
        });
    context.start();
  }

  private static void awaitSubscribed(Simulator simulator) {
    await()
        .until(
            () ->
                simulator.stream().subscriptions().getOrDefault("trades", Set.of()).stream()
                    .anyMatch("AAPL"::equals));
  }
}
