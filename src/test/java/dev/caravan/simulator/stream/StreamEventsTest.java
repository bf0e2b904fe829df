package dev.caravan.simulator.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.Client;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorTestBase;
import dev.caravan.simulator.exchange.Listing;
import dev.caravan.simulator.tape.Burst;
import dev.caravan.simulator.tape.TapeTrade;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StreamEventsTest extends SimulatorTestBase {
  private static final String IEX = "/v2/iex";

  @Test
  void eachTradeHasAQuoteAroundItForThoseWhoWantQuotes() throws Exception {
    Simulator simulator = start(options());
    StreamClientProbe probe = subscribed(simulator, "\"trades\":[\"*\"],\"quotes\":[\"AAPL\"]");
    simulator.stream().burst(Burst.of(List.of("AAPL", "IBM"), 100, Duration.ofSeconds(2)));
    clock.advance(Duration.ofSeconds(2));
    await().until(() -> probe.ofType("t").size() == 200);

    List<JsonNode> trades =
        probe.ofType("t").stream().filter(trade -> isOf(trade, "AAPL")).toList();
    List<JsonNode> quotes = probe.ofType("q");
    assertThat(quotes).hasSize(100).allMatch(quote -> isOf(quote, "AAPL"));
    for (int i = 0; i < quotes.size(); i++) {
      BigDecimal price = trades.get(i).get("p").decimalValue();
      assertThat(quotes.get(i).get("t")).isEqualTo(trades.get(i).get("t"));
      assertThat(quotes.get(i).get("bp").decimalValue()).isLessThan(price);
      assertThat(quotes.get(i).get("ap").decimalValue()).isGreaterThan(price);
      assertThat(fields(quotes.get(i)))
          .containsExactly("T", "S", "bx", "bp", "bs", "ax", "ap", "as", "c", "z", "t");
    }
    List<JsonNode> rows = new Client(simulator).rows("quotes", "AAPL", "feed=iex&limit=30");
    assertThat(rows).hasSize(100);
    for (int i = 0; i < rows.size(); i++) {
      for (String field : List.of("t", "bx", "bp", "bs", "ax", "ap", "as", "c", "z")) {
        assertThat(rows.get(i).get(field)).isEqualTo(quotes.get(i).get(field));
      }
    }
  }

  @Test
  void haltsAndResumptionsAreToldInTheWordsOfTheirTape() {
    Simulator simulator = start(options());
    StreamClientProbe probe = subscribed(simulator, "\"statuses\":[\"AAPL\",\"IBM\"]");
    simulator.stream().halt("AAPL");
    simulator.stream().resume("AAPL");
    simulator.stream().halt("IBM");
    simulator.stream().resume("IBM");
    simulator.stream().halt("MSFT");

    await().until(() -> probe.ofType("s").size() == 4);
    assertThat(probe.ofType("s"))
        .extracting(status -> text(status, "S", "sc", "rc", "z"))
        .containsExactly("AAPL H T1 C", "AAPL T  C", "IBM 2 P A", "IBM 3  A");
    assertThat(fields(probe.ofType("s").get(0)))
        .containsExactly("T", "S", "sc", "sm", "rc", "rm", "z", "t");
    assertThat(probe.ofType("s").get(0).get("t").asText()).isEqualTo("2026-11-20T17:00:00Z");
  }

  @Test
  void theBandOfASymbolIsTold() {
    Simulator simulator = start(options());
    StreamClientProbe probe = subscribed(simulator, "\"lulds\":[\"*\"]");
    simulator.stream().luld("IBM", new BigDecimal("210.50"), new BigDecimal("189"));

    probe.awaitMessage(
        "[{\"T\":\"l\",\"S\":\"IBM\",\"u\":210.5,\"d\":189,\"i\":\"B\",\"z\":\"A\","
            + "\"t\":\"2026-11-20T17:00:00Z\"}]");
  }

  @Test
  void aCancelledTradeIsToldByTheStreamAndMarkedByRest() throws Exception {
    Simulator simulator = start(options());
    StreamClientProbe probe = subscribed(simulator, "\"trades\":[\"AAPL\"]");
    simulator.stream().trade("AAPL", new BigDecimal("101.25"), 70);
    TapeTrade newest = simulator.stream().trade("AAPL", new BigDecimal("101.5"), 30);
    clock.advance(Duration.ofSeconds(1));

    assertThat(simulator.stream().cancel("AAPL")).isEqualTo(newest);
    await().until(() -> !probe.ofType("x").isEmpty());
    JsonNode told = probe.ofType("x").get(0);
    assertThat(fields(told)).containsExactly("T", "S", "i", "x", "p", "s", "a", "z", "t");
    assertThat(text(told, "S", "p", "s", "a", "z")).isEqualTo("AAPL 101.5 30 C C");
    assertThat(told.get("i")).isEqualTo(probe.ofType("t").get(1).get("i"));
    assertThat(told.get("t").asText()).isEqualTo("2026-11-20T17:00:01Z");
    assertThat(new Client(simulator).rows("trades", "AAPL", "feed=iex"))
        .extracting(row -> text(row, "p", "u"))
        .containsExactly("101.25 ", "101.5 canceled");
    // The newest one that is left.
    assertThat(simulator.stream().cancel("AAPL").dollars()).isEqualTo("101.25");
    assertThatThrownBy(() -> simulator.stream().cancel("AAPL"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("AAPL has not been traded");
  }

  @Test
  void aCorrectedTradeIsTwoRowsOfRest() throws Exception {
    Simulator simulator = start(options());
    StreamClientProbe probe = subscribed(simulator, "\"trades\":[\"AAPL\"]");
    simulator.stream().trade("AAPL", new BigDecimal("101.25"), 70);
    clock.advance(Duration.ofSeconds(1));

    simulator.stream().correct("AAPL");
    await().until(() -> !probe.ofType("c").isEmpty());
    JsonNode told = probe.ofType("c").get(0);
    assertThat(fields(told))
        .containsExactly("T", "S", "x", "oi", "op", "os", "oc", "ci", "cp", "cs", "cc", "z", "t");
    assertThat(text(told, "S", "op", "os", "cp", "cs")).isEqualTo("AAPL 101.25 70 101.26 80");
    assertThat(told.get("oi")).isEqualTo(probe.ofType("t").get(0).get("i"));
    for (int limit = 1; limit <= 2; limit++) {
      assertThat(new Client(simulator).rows("trades", "AAPL", "feed=iex&limit=" + limit))
          .extracting(row -> text(row, "i", "p", "s", "u"))
          .containsExactly(
              text(told, "oi", "op", "os") + " incorrect",
              text(told, "ci", "cp", "cs") + " corrected");
      assertThat(new Client(simulator).rows("trades", "AAPL", "feed=iex&sort=desc&limit=" + limit))
          .extracting(row -> text(row, "i", "u"))
          .containsExactly(text(told, "ci") + " corrected", text(told, "oi") + " incorrect");
    }
  }

  @Test
  void aTradeIsToldBeforeItIsCancelled() {
    Simulator simulator = start(options());
    StreamClientProbe probe = subscribed(simulator, "\"trades\":[\"AAPL\"]");
    for (int i = 0; i < 20; i++) {
      int before = i;
      simulator.stream().burst(Burst.of(List.of("AAPL"), 1000, Duration.ofSeconds(1)));
      clock.advance(Duration.ofMillis(10));
      simulator.stream().cancel("AAPL");
      await().until(() -> probe.ofType("x").size() == before + 1);
      String id = probe.ofType("x").get(i).get("i").asText();
      List<String> order = new ArrayList<>();
      probe
          .messages()
          .forEach(
              message -> {
                if (message.path("i").asText().equals(id)) {
                  order.add(message.get("T").asText());
                }
              });
      assertThat(order).containsExactly("t", "x");
      clock.advance(Duration.ofSeconds(2));
    }
  }

  @Test
  void someTradesOfTheBackgroundAreCancelledOrCorrectedSecondsLater() throws Exception {
    Simulator simulator = start(options().withBackgroundTradesPerMinute(60));
    StreamClientProbe probe =
        subscribed(simulator, "\"corrections\":[\"*\"],\"cancelErrors\":[\"*\"]");
    clock.advance(Duration.ofMinutes(60));
    String range = "limit=10000&feed=iex&start=2026-11-20T17:00:00Z&end=2026-11-20T17:59:54Z";
    Map<String, String> marked = new HashMap<>();
    Client client = new Client(simulator);
    for (String symbol : Listing.wellKnown()) {
      for (JsonNode row : client.rows("trades", symbol, range)) {
        if (row.has("u")) {
          marked.put(symbol + ' ' + row.get("i").asText(), row.get("u").asText());
        }
      }
    }
    // Of those told, some are of trades before 17:00 and some of after 17:59:54.
    int all = Listing.wellKnown().size() * 3600 / 500;
    assertThat(marked.values().stream().filter(update -> !update.equals("corrected")))
        .hasSizeBetween(all * 3 / 5, all * 7 / 5);
    await().until(() -> probe.ofType("x").size() + probe.ofType("c").size() >= all * 3 / 5);
    Map<String, String> told = new HashMap<>();
    await()
        .untilAsserted(
            () -> {
              told.clear();
              probe.ofType("x").forEach(x -> told.put(text(x, "S", "i"), "canceled"));
              probe
                  .ofType("c")
                  .forEach(
                      c -> {
                        told.put(text(c, "S", "oi"), "incorrect");
                        told.put(text(c, "S", "ci"), "corrected");
                      });
              assertThat(told).containsAllEntriesOf(marked);
            });
    assertThat(marked).containsValues("canceled", "incorrect", "corrected");
    assertThat(told.size()).isLessThan(marked.size() + 20);
    for (JsonNode cancel : probe.ofType("x")) {
      assertThat(Instant.parse(cancel.get("t").asText())).isAfter("2026-11-20T17:00:00Z");
    }
  }

  @Test
  void newsComeFromTimeToTimeAndSomeAreEdited() throws Exception {
    Simulator simulator = start(options());
    StreamClientProbe all = subscribed(simulator, "/v1beta1/news", "all", "\"news\":[\"*\"]");
    StreamClientProbe some = subscribed(simulator, "/v1beta1/news", "one", "\"news\":[\"WMT\"]");
    clock.advance(Duration.ofHours(10));
    simulator.stream().news("The \"last\" item – told", List.of("IBM", "WMT"));
    all.awaitMessage("last");
    some.awaitMessage("last");

    Map<String, JsonNode> newest = new HashMap<>();
    int edits = 0;
    for (JsonNode item : all.ofType("n")) {
      assertThat(fields(item))
          .containsExactly(
              "T",
              "id",
              "headline",
              "summary",
              "author",
              "created_at",
              "updated_at",
              "url",
              "content",
              "symbols",
              "source");
      JsonNode before = newest.put(item.get("id").asText(), item);
      if (before != null) {
        edits++;
        assertThat(item.get("created_at")).isEqualTo(before.get("created_at"));
        assertThat(Instant.parse(item.get("updated_at").asText()))
            .isAfter(Instant.parse(before.get("updated_at").asText()));
        assertThat(item.get("headline")).isNotEqualTo(before.get("headline"));
      }
    }
    assertThat(newest).hasSizeBetween(250, 350);
    assertThat(edits).isBetween(10, 60);
    assertThat(some.ofType("n"))
        .hasSizeGreaterThan(1)
        .containsExactlyElementsOf(
            all.ofType("n").stream()
                .filter(item -> item.get("symbols").toString().contains("\"WMT\""))
                .toList());
    assertThat(all.ofType("n").get(all.ofType("n").size() - 1).get("headline").asText())
        .isEqualTo("The \"last\" item – told");
  }

  @Test
  void anotherSimulatorTellsTheSameNews() {
    List<List<String>> told = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      clock.set("2026-11-20T17:00:00Z");
      Simulator simulator = start(options());
      StreamClientProbe probe = subscribed(simulator, "/v1beta1/news", "key", "\"news\":[\"*\"]");
      clock.advance(Duration.ofHours(2));
      simulator.stream().news("last", List.of("AAPL"));
      probe.awaitMessage("\"last\"");
      told.add(probe.ofType("n").stream().map(JsonNode::toString).toList());
    }
    assertThat(told.get(0)).hasSizeGreaterThan(30).isEqualTo(told.get(1));
  }

  private static StreamClientProbe subscribed(Simulator simulator, String lists) {
    return subscribed(simulator, IEX, "key", lists);
  }

  private static StreamClientProbe subscribed(
      Simulator simulator, String path, String key, String lists) {
    StreamClientProbe probe = StreamClientProbe.authenticated(simulator, path, key);
    probe.subscribe(lists);
    return probe;
  }

  private static boolean isOf(JsonNode message, String symbol) {
    return message.get("S").asText().equals(symbol);
  }

  private static List<String> fields(JsonNode message) {
    List<String> names = new ArrayList<>();
    message.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static String text(JsonNode message, String... names) {
    List<String> values = new ArrayList<>();
    for (String name : names) {
      values.add(message.path(name).asText());
    }
    return String.join(" ", values);
  }
}
