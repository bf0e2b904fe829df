package dev.caravan.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.simulator.stream.SimulatedStream;
import dev.caravan.simulator.tape.TapeTrade;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Alpaca's own client, and the one that most of Node's world reads Yahoo with, find in the
 * simulator what they find at the services. {@code mvn -B -Psdk verify} installs them into {@code
 * target/sdk}; the tests are skipped where Node 20 or npm is missing or the packages are not to be
 * had.
 */
class OfficialSdk extends SimulatorTestBase {
  private static final Path SCRIPTS = Path.of("src/test/node");
  private static final Path SDK = Path.of("target/sdk");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the prices of the last three sessions are, since the test writes them. */
  private static final List<String> DAYS =
      List.of(
          "2026-11-18,180.25,184.5,179,183.75,52000000",
          "2026-11-19,183.5,186,182.25,185.5,48000000",
          "2026-11-20,186,189.75,185.5,188.25,61000000");

  @TempDir private Path folder;
  private Simulator simulator;

  @BeforeAll
  static void installThem() throws Exception {
    String node = versionOf("node");
    if (node.isEmpty() || Integer.parseInt(node.replaceAll("\\D*(\\d+).*", "$1")) < 20) {
      abort("The official SDKs need Node 20 or newer; found " + (node.isEmpty() ? "none" : node));
    }
    if (versionOf("npm").isEmpty()) {
      abort("The official SDKs are installed with npm, which is not there");
    }
    try (Stream<Path> scripts = Files.list(SCRIPTS)) {
      for (Path script : scripts.toList()) {
        Path copy = SDK.resolve(script.getFileName());
        boolean changed = !Files.exists(copy) || Files.mismatch(script, copy) >= 0;
        if (changed && script.endsWith("package.json")) {
          Files.deleteIfExists(SDK.resolve("node_modules/.package-lock.json"));
        }
        if (changed) {
          Files.write(copy, Files.readAllBytes(script));
        }
      }
    }
    if (!Files.exists(SDK.resolve("node_modules/.package-lock.json"))) {
      Run npm =
          run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
      if (npm.exit() != 0) {
        abort("npm could not install the official SDKs: " + npm.errors());
      }
    }
  }

  @BeforeEach
  void startOnASaturday() throws Exception {
    for (String symbol : List.of("AAPL", "MSFT")) {
      Files.writeString(
          folder.resolve(symbol + ".csv"),
          "date,open,high,low,close,volume\n" + String.join("\n", DAYS) + "\n");
    }
    clock.set("2026-11-21T15:00:00Z");
    simulator = start(options().withOhlcv(folder));
  }

  @Test
  void theStreamTellsInMessagePackWhatWasTraded() throws Exception {
    List<TapeTrade> traded = new ArrayList<>();
    JsonNode told =
        stream(
            "stream",
            Set.of("trades", "quotes", "statuses", "lulds", "bars"),
            stream -> {
              traded.addAll(trade());
              stream.correct("AAPL");
              stream.cancel("MSFT");
              stream.halt("AAPL");
              stream.luld("AAPL", new BigDecimal("200"), new BigDecimal("170.5"));
              stream.trade("ZM", new BigDecimal("70"), 100);
              clock.advance(Duration.ofSeconds(61));
            });

    assertThat(told.get("trades").findValuesAsText("symbol"))
        .containsExactly("AAPL", "AAPL", "AAPL", "MSFT", "ZM");
    assertThat(told.get("trades").findValuesAsText("price"))
        .containsExactly("187.25", "188.5", "186.75", "64.64", "70");
    assertThat(told.get("trades").findValuesAsText("size"))
        .containsExactly("100", "40", "300", "200", "100");
    assertThat(told.get("trades").findValuesAsText("timestampRaw"))
        .startsWith(
            "2026-11-21T15:00:00.000000000Z",
            "2026-11-21T15:00:00.000001000Z",
            "2026-11-21T15:00:00.000002000Z");
    for (int i = 0; i < traded.size(); i++) {
      assertThat(told.at("/trades/" + i + "/idRaw").asText())
          .isEqualTo(Long.toString(traded.get(i).id()));
    }
    assertThat(told.at("/trades/0/conditions").toString()).isEqualTo("[\"@\"]");
    assertThat(told.at("/trades/1/conditions").toString()).isEqualTo("[\"@\",\"I\"]");
    assertThat(told.at("/trades/0/tape").asText()).isEqualTo("C");

    assertThat(told.get("quotes")).hasSize(3);
    for (int i = 0; i < 3; i++) {
      double price = told.at("/trades/" + i + "/price").doubleValue();
      assertThat(told.at("/quotes/" + i + "/bidPrice").doubleValue()).isLessThan(price);
      assertThat(told.at("/quotes/" + i + "/askPrice").doubleValue()).isGreaterThan(price);
    }

    JsonNode correction = told.at("/corrections/0");
    assertThat(told.get("corrections")).hasSize(1);
    assertThat(correction.get("symbol").asText()).isEqualTo("AAPL");
    assertThat(correction.get("originalPrice").doubleValue()).isEqualTo(186.75);
    assertThat(correction.get("originalSize").asInt()).isEqualTo(300);
    assertThat(correction.get("correctedPrice").doubleValue()).isEqualTo(186.76);
    assertThat(correction.get("correctedSize").asInt()).isEqualTo(310);
    assertThat(told.get("cancels")).hasSize(1);
    assertThat(told.at("/cancels/0/symbol").asText()).isEqualTo("MSFT");
    assertThat(told.at("/cancels/0/price").doubleValue()).isEqualTo(64.64);
    assertThat(told.at("/statuses/0/statusCode").asText()).isEqualTo("H");
    assertThat(told.at("/lulds/0/limitUpPrice").doubleValue()).isEqualTo(200);
    assertThat(told.at("/lulds/0/limitDownPrice").doubleValue()).isEqualTo(170.5);

    assertThat(told.get("bars").findValuesAsText("symbol")).containsExactly("AAPL", "MSFT", "ZM");
    JsonNode bar = told.at("/bars/0");
    assertThat(bar.get("symbol").asText()).isEqualTo("AAPL");
    assertThat(bar.get("timestampRaw").asText()).isEqualTo("2026-11-21T15:00:00.000000000Z");
    assertMinuteOfApple(
        bar, List.of("open", "high", "low", "close", "volume", "tradeCount", "vwap"));
  }

  @Test
  void theNewestRowsAndTheHistoryAreThoseOfTheExchange() throws Exception {
    List<TapeTrade> traded = trade();
    TapeTrade corrected = simulator.stream().correct("AAPL");
    simulator.stream().news("Apple is seen", List.of("AAPL"));
    clock.advance(Duration.ofSeconds(61));
    JsonNode read = read("alpaca.mjs", "rest", simulator.url());

    JsonNode latest = read.at("/latestTrade/trade");
    assertThat(latest.get("i").asLong()).isEqualTo(corrected.id());
    assertThat(latest.get("p").doubleValue()).isEqualTo(186.76);
    assertThat(latest.get("s").asInt()).isEqualTo(310);
    assertThat(names(read.get("latestTrades"))).containsExactly("AAPL", "MSFT");
    assertThat(read.at("/latestTrades/AAPL")).isEqualTo(latest);
    assertThat(read.at("/latestTrades/MSFT/p").doubleValue()).isEqualTo(64.64);
    assertThat(read.at("/missing/status").asInt()).isEqualTo(404);

    JsonNode quote = read.at("/latestQuote/quote");
    assertThat(quote.get("bp").doubleValue()).isCloseTo(186.75, within(0.05)).isLessThan(186.75);
    assertThat(quote.get("ap").doubleValue()).isCloseTo(186.75, within(0.05)).isGreaterThan(186.75);
    assertThat(read.at("/latestQuotes/AAPL")).isEqualTo(quote);

    JsonNode minute = read.at("/latestBar/bar");
    assertThat(minute.get("t").asText()).isEqualTo("2026-11-21T15:00:00.000Z");
    assertMinuteOfApple(minute, List.of("o", "h", "l", "c", "v", "n", "vw"));
    assertThat(read.at("/latestBars/AAPL")).isEqualTo(minute);

    JsonNode snapshot = read.at("/snapshots/AAPL");
    assertThat(snapshot.get("latestTrade")).isEqualTo(latest);
    assertThat(snapshot.get("latestQuote")).isEqualTo(quote);
    assertThat(snapshot.get("minuteBar")).isEqualTo(minute);
    assertThat(prices(snapshot.get("dailyBar"), "o", "h", "l", "c")).isEqualTo(pricesOf(2));
    assertThat(prices(snapshot.get("prevDailyBar"), "o", "h", "l", "c")).isEqualTo(pricesOf(1));
    assertThat(names(read.get("snapshots"))).containsExactly("AAPL", "MSFT");
    for (String part : names(snapshot)) {
      assertThat(read.get("snapshot").get(part)).isEqualTo(snapshot.get(part));
    }

    assertThat(read.at("/days/AAPL")).hasSize(3);
    for (int i = 0; i < 3; i++) {
      JsonNode day = read.at("/days/AAPL/" + i);
      assertThat(day.get("t").asText()).isEqualTo(DAYS.get(i).substring(0, 10) + "T05:00:00Z");
      assertThat(prices(day, "o", "h", "l", "c", "v")).isEqualTo(rowOf(i));
    }
    assertThat(read.at("/trades/AAPL").findValuesAsText("i"))
        .containsExactlyElementsOf(
            Stream.of(traded.get(0), traded.get(1), traded.get(2), corrected)
                .map(trade -> Long.toString(trade.id()))
                .toList());
    assertThat(read.at("/trades/AAPL").findValuesAsText("u"))
        .containsExactly("incorrect", "corrected");
    assertThat(read.at("/quotes/AAPL")).hasSize(3);
    assertThat(read.at("/news/0/headline").asText()).isEqualTo("Apple is seen");

    // Thanksgiving is on Thursday, the 26th, and the day after ends early.
    assertThat(read.get("calendar").findValuesAsText("date"))
        .containsExactly("2026-11-25T00:00:00.000Z", "2026-11-27T00:00:00.000Z");
    assertThat(read.get("calendar").findValuesAsText("close")).containsExactly("16:00", "13:00");
    assertThat(read.at("/clock/isOpen").asBoolean()).isFalse();
    assertThat(read.at("/clock/nextOpen").asText()).isEqualTo("2026-11-23T14:30:00.000Z");
    assertThat(read.at("/asset/symbol").asText()).isEqualTo("AAPL");
    assertThat(read.at("/asset/status").asText()).isEqualTo("active");
    assertThat(read.get("assets").toString()).contains("\"AAPL\"", "\"MSFT\"");
  }

  @Test
  void theNewsStreamTellsWhatWasPublished() throws Exception {
    JsonNode told =
        stream(
            "news",
            Set.of("news"),
            stream -> {
              long id = stream.news("Apple is seen", List.of("AAPL"));
              stream.editNews(id, "Apple is seen again");
              stream.news("The end", List.of("ZM"));
            });

    assertThat(told.get("news").findValuesAsText("headline"))
        .containsExactly("Apple is seen", "Apple is seen again", "The end");
    assertThat(told.at("/news/0/symbols").toString()).isEqualTo("[\"AAPL\"]");
    assertThat(told.at("/news/1/id")).isEqualTo(told.at("/news/0/id"));
  }

  @Test
  void yahoosRowsAreThoseOfTheFile() throws Exception {
    JsonNode read = read("yahoo.mjs", simulator.url());

    for (String rows : List.of("/chart/quotes", "/historical")) {
      assertThat(read.at(rows)).as(rows).hasSize(3);
      for (int i = 0; i < 3; i++) {
        JsonNode row = read.at(rows + '/' + i);
        assertThat(row.get("date").asText()).startsWith(DAYS.get(i).substring(0, 10));
        assertThat(prices(row, "open", "high", "low", "close", "volume")).isEqualTo(rowOf(i));
      }
    }
    assertThat(read.at("/chart/meta/symbol").asText()).isEqualTo("AAPL");
    assertThat(read.at("/quote/symbol").asText()).isEqualTo("AAPL");
    assertThat(read.at("/quote/marketState").asText()).isEqualTo("CLOSED");
    assertThat(read.at("/quote/regularMarketPrice").doubleValue()).isEqualTo(188.25);
    assertThat(read.at("/quote/regularMarketVolume").asLong()).isEqualTo(61_000_000);
    assertThat(read.get("quotes").findValuesAsText("symbol")).containsExactly("AAPL", "MSFT");
    assertThat(read.at("/profile/country").asText()).isEqualTo("United States");
    assertThat(read.get("unknown").asText()).isEqualTo("No data found, symbol may be delisted");
  }

  /** Three trades of Apple's, the second an odd lot, and then one of Microsoft's. */
  private List<TapeTrade> trade() {
    SimulatedStream stream = simulator.stream();
    List<TapeTrade> apple =
        List.of(
            stream.trade("AAPL", new BigDecimal("187.25"), 100),
            stream.trade("AAPL", new BigDecimal("188.5"), 40),
            stream.trade("AAPL", new BigDecimal("186.75"), 300));
    clock.advance(Duration.ofMillis(1));
    stream.trade("MSFT", new BigDecimal("64.64"), 200);
    clock.advance(Duration.ofMillis(1));
    return apple;
  }

  private static void assertMinuteOfApple(JsonNode bar, List<String> names) {
    // 187.25 * 100 + 188.5 * 40 + 186.75 * 300 = 82290, of 440 shares.
    assertThat(prices(bar, names.toArray(String[]::new)))
        .isEqualTo(List.of(187.25, 188.5, 186.75, 186.75, 440.0, 3.0, 187.022727));
  }

  private static List<Double> rowOf(int day) {
    return Stream.of(DAYS.get(day).split(",")).skip(1).map(Double::valueOf).toList();
  }

  private static List<Double> pricesOf(int day) {
    return rowOf(day).subList(0, 4);
  }

  private static List<Double> prices(JsonNode row, String... names) {
    return Stream.of(names).map(name -> row.path(name).doubleValue()).toList();
  }

  private static List<String> names(JsonNode object) {
    return StreamSupport.stream(((Iterable<String>) object::fieldNames).spliterator(), false)
        .toList();
  }

  /** What the SDK is told on a stream while something happens there. */
  private JsonNode stream(String what, Set<String> channels, Consumer<SimulatedStream> happening)
      throws Exception {
    Process node = begin("node", "alpaca.mjs", what, simulator.url());
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                !node.isAlive()
                    || simulator.stream().subscriptions().keySet().containsAll(channels));
    happening.accept(simulator.stream());
    return answer(node);
  }

  private static JsonNode read(String script, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("node", script));
    command.addAll(List.of(arguments));
    return answer(begin(command.toArray(String[]::new)));
  }

  private static JsonNode answer(Process node) throws Exception {
    Run run = end(node);
    assertThat(run.exit()).as(run.errors()).isZero();
    return JSON.readTree(run.output());
  }

  private record Run(int exit, String output, String errors) {}

  private static Run run(String... command) throws Exception {
    return end(begin(command));
  }

  private static String versionOf(String program) throws Exception {
    try {
      return run(program, "--version").output().trim();
    } catch (IOException missing) {
      return "";
    }
  }

  private static Process begin(String... command) throws IOException {
    return new ProcessBuilder(command)
        .directory(Files.createDirectories(SDK).toFile())
        .redirectError(SDK.resolve("errors.txt").toFile())
        .start();
  }

  private static Run end(Process process) throws Exception {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output, Files.readString(SDK.resolve("errors.txt")));
  }
}
