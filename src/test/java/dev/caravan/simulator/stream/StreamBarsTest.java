package dev.caravan.simulator.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.simulator.Client;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorTestBase;
import dev.caravan.simulator.exchange.Listing;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.tape.Burst;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamBarsTest extends SimulatorTestBase {
  private static final List<String> SYMBOLS = List.of("AAPL", "IBM", "KO", "QQQQ");
  private static final String LIST = "[\"AAPL\",\"IBM\",\"KO\",\"QQQQ\"]";

  @ParameterizedTest
  @CsvSource({"2026-11-20T17:00:00Z, false", "2026-11-21T17:00:00Z, true"})
  void theBarsOfTheStreamAreThoseThatRestTellsLater(String now, boolean alwaysOpen)
      throws Exception {
    clock.set(now);
    SimulatorOptions options =
        options().withBackgroundTradesPerMinute(12).withAlwaysOpen(alwaysOpen);
    Simulator simulator = start(options);
    StreamClientProbe probe = StreamClientProbe.authenticated(simulator, "/v2/iex", "key");
    probe.subscribe("\"bars\":" + LIST + ",\"updatedBars\":" + LIST);
    clock.advance(Duration.ofHours(2).plusSeconds(31));
    await().until(() -> probe.ofType("b").size() == 480);
    probe.subscribe("\"statuses\":[\"META\"]");
    awaitAllDue(simulator, probe);

    Map<String, JsonNode> first = byMinute(probe.ofType("b"));
    Map<String, JsonNode> revised = byMinute(probe.ofType("u"));
    Map<String, JsonNode> rest = new TreeMap<>();
    Client client = new Client(start(options));
    String range =
        "&timeframe=1Min&feed=iex&start=" + now + "&end=" + now.replace("17:00", "18:59");
    for (String symbol : SYMBOLS) {
      for (JsonNode bar : client.rows("bars", symbol, "limit=10000" + range)) {
        rest.put(symbol + ' ' + bar.get("t").asText(), bar);
      }
    }
    assertThat(first.keySet()).isEqualTo(rest.keySet());
    assertThat(revised).hasSizeBetween(1, 40);
    rest.forEach(
        (minute, bar) -> {
          JsonNode told = first.get(minute);
          if (revised.containsKey(minute)) {
            assertThat(told.get("n").asLong()).isEqualTo(bar.get("n").asLong() - 1);
            assertThat(revised.get(minute)).isEqualTo(bar);
          } else {
            assertThat(told).isEqualTo(bar);
          }
        });
  }

  @Test
  void theBarOfABurstIsMadeOfItsTrades() throws Exception {
    Simulator simulator = start(options());
    StreamClientProbe probe = StreamClientProbe.authenticated(simulator, "/v2/iex", "key");
    probe.subscribe("\"bars\":[\"*\"]");
    clock.advance(Duration.ofSeconds(20));
    simulator.stream().burst(Burst.of(List.of("AAPL", "IBM"), 50, Duration.ofSeconds(30)));
    clock.advance(Duration.ofSeconds(41));

    await().until(() -> probe.ofType("b").size() == 2);
    Client client = new Client(simulator);
    for (JsonNode told : List.copyOf(probe.ofType("b"))) {
      String symbol = told.get("S").asText();
      List<JsonNode> trades = client.rows("trades", symbol, "feed=iex");
      assertThat(trades).hasSize(750);
      List<BigDecimal> prices =
          trades.stream().map(trade -> trade.get("p").decimalValue()).toList();
      assertThat(told.get("t").asText()).isEqualTo("2026-11-20T17:00:00Z");
      assertThat(told.get("o").decimalValue()).isEqualByComparingTo(prices.get(0));
      assertThat(told.get("c").decimalValue()).isEqualByComparingTo(prices.get(749));
      assertThat(told.get("h").decimalValue())
          .isEqualByComparingTo(prices.stream().max(BigDecimal::compareTo).orElseThrow());
      assertThat(told.get("l").decimalValue())
          .isEqualByComparingTo(prices.stream().min(BigDecimal::compareTo).orElseThrow());
      assertThat(told.get("v").asLong())
          .isEqualTo(trades.stream().mapToLong(trade -> trade.get("s").asLong()).sum());
      assertThat(told.get("n").asInt()).isEqualTo(750);
      assertThat(client.rows("bars", symbol, "feed=iex&timeframe=1Min&start=2026-11-20T17:00:00Z"))
          .singleElement()
          .isEqualTo(without(told));
    }
  }

  @Test
  void aBarComesHalfASecondAfterItsMinuteAndARevisedOneHalfAMinuteAfterIt() {
    Simulator simulator = start(options().withBackgroundTradesPerMinute(12));
    StreamClientProbe probe = StreamClientProbe.authenticated(simulator, "/v2/iex", "key");
    probe.subscribe("\"statuses\":[\"META\"],\"bars\":[\"*\"],\"updatedBars\":[\"*\"]");
    int symbols = Listing.wellKnown().size();

    for (int minute = 1; minute <= 5; minute++) {
      String start = "2026-11-20T17:0" + (minute - 1) + ":00Z";
      String next = "2026-11-20T17:0" + minute;
      clock.set(next + ":00.499Z");
      awaitAllDue(simulator, probe);
      assertThat(probe.ofType("b")).hasSize(symbols * (minute - 1));
      clock.set(next + ":00.500Z");
      awaitAllDue(simulator, probe);
      assertThat(probe.ofType("b")).hasSize(symbols * minute);
      clock.set(next + ":29.999Z");
      awaitAllDue(simulator, probe);
      assertThat(probe.ofType("u")).noneMatch(bar -> bar.get("t").asText().equals(start));
      clock.set(next + ":30Z");
    }
    awaitAllDue(simulator, probe);
    assertThat(probe.ofType("u")).hasSizeBetween(1, 20);
  }

  @Test
  void theBarOfTheDayGrowsWithEachMinute() throws Exception {
    Simulator simulator = start(options().withBackgroundTradesPerMinute(6));
    StreamClientProbe probe = StreamClientProbe.authenticated(simulator, "/v2/iex", "key");
    probe.subscribe("\"dailyBars\":[\"KO\"]");
    clock.advance(Duration.ofMinutes(3).plusSeconds(1));

    await().until(() -> probe.ofType("d").size() == 3);
    Client client = new Client(simulator);
    for (int minute = 0; minute < 3; minute++) {
      JsonNode day = probe.ofType("d").get(minute);
      List<JsonNode> minutes =
          client.rows(
              "bars",
              "KO",
              "limit=10000&timeframe=1Min&feed=iex&start=2026-11-20&end=2026-11-20T17:0"
                  + minute
                  + ":00Z");
      assertThat(minutes).hasSize(8 * 60 + minute + 1);
      assertThat(day.get("t").asText()).isEqualTo("2026-11-20T05:00:00Z");
      assertThat(day.get("v").asLong())
          .isEqualTo(minutes.stream().mapToLong(bar -> bar.get("v").asLong()).sum());
      assertThat(day.get("n").asLong())
          .isEqualTo(minutes.stream().mapToLong(bar -> bar.get("n").asLong()).sum());
      assertThat(day.get("o")).isEqualTo(minutes.get(0).get("o"));
      assertThat(day.get("c")).isEqualTo(minutes.get(minutes.size() - 1).get("c"));
      assertThat(day.get("h").doubleValue())
          .isEqualTo(minutes.stream().mapToDouble(bar -> bar.get("h").asDouble()).max().orElse(0));
      assertThat(day.get("l").doubleValue())
          .isEqualTo(minutes.stream().mapToDouble(bar -> bar.get("l").asDouble()).min().orElse(0));
    }
  }

  /** Waits until everything that is due by the clock has been told and has arrived. */
  private static void awaitAllDue(Simulator simulator, StreamClientProbe probe) {
    int halts = probe.ofType("s").size();
    simulator.stream().halt("META");
    await().until(() -> probe.ofType("s").size() > halts);
    // Bars are told by the same pass as the halt, and this after that pass.
    int fences = probe.ofType("fence").size();
    simulator.stream().send("[{\"T\":\"fence\"}]");
    await().until(() -> probe.ofType("fence").size() > fences);
  }

  private static Map<String, JsonNode> byMinute(List<JsonNode> told) {
    Map<String, JsonNode> bars = new TreeMap<>();
    for (JsonNode bar : List.copyOf(told)) {
      String minute = bar.get("S").asText() + ' ' + bar.get("t").asText();
      assertThat(bars.put(minute, without(bar))).isNull();
    }
    return bars;
  }

  /** A bar as REST has it, which does not repeat its type and symbol. */
  private static JsonNode without(JsonNode told) {
    ObjectNode bar = told.deepCopy();
    bar.remove(List.of("T", "S"));
    return bar;
  }
}
