package dev.caravan.e2e;

import static dev.caravan.support.Place.ended;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.exchange.Split;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.simulator.server.ServedRequest;
import dev.caravan.support.CaravanProcess;
import dev.caravan.support.CommandHere;
import dev.caravan.support.Place;
import java.math.BigDecimal;
import java.math.MathContext;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What is stored of the daily bars is what the exchange serves, row by row. The answers are fetched
 * once more by this test and read by code of its own. The packaged program loads from Alpaca once;
 * all else runs in this JVM, as a command of its own each time.
 */
class RowByRowE2E {
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  /** More than a batch of 100 holds, and a year of it more than two pages of 10,000 rows. */
  private static final List<String> SYMBOLS =
      Stream.concat(
              Stream.of("AAPL", "BRK.B", "^GSPC", "VOD.L", "SAP.DE", "7203.T"),
              IntStream.range(0, 114)
                  .mapToObj(n -> "Q" + (char) ('A' + n / 26) + (char) ('A' + n % 26)))
          .toList();

  private static final String WHOLE_TABLE =
      "select source, feed, symbol, timeframe, ts, open, high, low, close, volume, trade_count, vwap,"
          + " final, revision, adjusted_as_of, stored_at from bars where final order by 1, 2, 3, 4, 5";

  // The exchange's time stands still, so that an open session moves no price between two looks; it
  // is ahead of ours, since Alpaca serves nothing younger than a quarter of an hour.
  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withClock(Clock.fixed(Instant.now().plus(Duration.ofMinutes(30)), ZoneOffset.UTC))
              .withAlpacaRequestsPerMinute(0)
              .withYahooQuickRequests(0)
              .withShortPages(true));

  private final Place place = Place.prepared("row-by-row");
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    place.close();
    exchange.close();
  }

  @Test
  void exactlyTheServedRowsAreStoredAndASecondRunChangesNothing() throws Exception {
    place.server();
    exchange.addSplit(new Split("QAB", LocalDate.now(NEW_YORK).minusDays(90), 4, 1));
    caravan().here(0, "run", "yahoo-bars");
    ended(caravan().run("run", "alpaca-daily-bars"), 0);

    assertThat(pages()).as("pages of Alpaca").isGreaterThan(3);
    assertStoredIsServed();
    List<Map<String, Object>> first = place.read(WHOLE_TABLE);
    assertThat(first).hasSizeGreaterThan(50_000);
    assertThat(
            place.read("select count(*) as splits from corporate_actions where action = 'split'"))
        .containsExactly(Map.of("splits", 1L));

    caravan().here(0, "run", "yahoo-bars");
    caravan().here(0, "run", "alpaca-daily-bars");
    assertThat(place.read(WHOLE_TABLE).equals(first)).as("no row has changed").isTrue();
    assertStoredIsServed();
    assertThat(
            place.read(
                "select flow, status, trigger, expected, stored from flow_runs order by run_id"))
        .containsExactly(
            run("yahoo-bars", 120),
            run("alpaca-daily-bars", 116),
            run("yahoo-bars", 120),
            run("alpaca-daily-bars", 116));
  }

  @Test
  void aRunThatFailsInTheMiddleIsMadeGoodByTheNext() throws Exception {
    place.server();
    exchange.addFault(Fault.status(Provider.YAHOO, 500).matching("/QCC"));
    exchange.addFault(Fault.of(Provider.YAHOO, Fault.Kind.CLOSE_MID_BODY).matching("/SAP.DE"));
    // Every page but the first of each batch: what the first brought is stored.
    exchange.addFault(Fault.status(Provider.ALPACA, 500).matching("page_token"));
    CommandHere partial = caravan().here(2, "run", "yahoo-bars");
    assertThat(partial.everything()).contains("2 of 120 symbols were not served");
    assertThat(place.read("select symbol from dead_letters order by 1"))
        .containsExactly(Map.of("symbol", "QCC"), Map.of("symbol", "SAP.DE"));
    CaravanProcess cut = caravan().run("run", "alpaca-daily-bars");
    try (cut) {
      assertThat(cut.exitCode()).as(cut.everything()).isIn(1, 2);
    }
    assertThat(place.read("select count(*) > 0 as some from bars where source = 'alpaca'"))
        .containsExactly(Map.of("some", true));

    exchange.clearFaults();
    exchange.addFault(Fault.of(Provider.YAHOO, Fault.Kind.RESET));
    CommandHere failed = caravan().here(1, "run", "yahoo-bars");
    assertThat(failed.errors()).anyMatch(line -> line.startsWith("yahoo-bars: "));

    exchange.clearFaults();
    // The breaker is one of a command, so that a new one asks at once.
    caravan().here(0, "run", "yahoo-bars");
    caravan().here(0, "run", "alpaca-daily-bars");
    assertStoredIsServed();
    assertThat(place.read("select max(revision) as revisions from bars where final"))
        .containsExactly(Map.of("revisions", 0));
  }

  private CaravanProcess.Start caravan() {
    return place.caravan(exchange.url()).set("caravan.symbols", String.join(",", SYMBOLS));
  }

  private static Map<String, Object> run(String flow, int symbols) {
    return Map.of(
        "flow",
        flow,
        "status",
        "succeeded",
        "trigger",
        "command",
        "expected",
        symbols,
        "stored",
        symbols);
  }

  private long pages() {
    return exchange.requests().stream()
        .filter(request -> request.provider() == Provider.ALPACA && request.status() == 200)
        .count();
  }

  private void assertStoredIsServed() throws Exception {
    Map<String, String> served = new TreeMap<>();
    Map<String, String> servedActions = new TreeMap<>();
    Set<String> asked = new LinkedHashSet<>();
    for (ServedRequest request : exchange.requests()) {
      // Each window once, from its first page on; where two overlap the later one holds.
      if (!request.query().contains("page_token")
          && asked.add(request.path() + "?" + request.query())) {
        if (request.provider() == Provider.YAHOO) {
          readYahoo(request, served, servedActions);
        } else {
          readAlpaca(request, served);
        }
      }
    }
    Map<String, String> stored =
        place
            .read(
                "select concat_ws('|', source, feed, symbol, timeframe, extract(epoch from ts)::bigint) as key,"
                    + " concat_ws('|', open, high, low, close, volume, coalesce(trade_count::text, '-'),"
                    + " coalesce(vwap::text, '-')) as values from bars")
            .stream()
            .collect(
                Collectors.toMap(
                    row -> (String) row.get("key"),
                    row -> plain((String) row.get("values")),
                    (a, b) -> a + " and " + b,
                    TreeMap::new));
    assertSame(stored, served);

    Map<String, String> storedActions =
        place
            .read(
                "select concat_ws('|', symbol, action, ex_date) as key,"
                    + " concat_ws('|', coalesce(amount::text, '-'), coalesce(ratio::text, '-')) as values"
                    + " from corporate_actions where source = 'yahoo'")
            .stream()
            .collect(
                Collectors.toMap(
                    row -> (String) row.get("key"),
                    row -> plain((String) row.get("values")),
                    (a, b) -> a + " and " + b,
                    TreeMap::new));
    assertSame(storedActions, servedActions);
  }

  private static void assertSame(Map<String, String> stored, Map<String, String> served) {
    assertThat(served).isNotEmpty();
    Set<String> differing = new TreeSet<>();
    Stream.concat(stored.keySet().stream(), served.keySet().stream())
        .filter(key -> !String.valueOf(stored.get(key)).equals(served.get(key)))
        .forEach(key -> differing.add(key + ": " + served.get(key) + " is " + stored.get(key)));
    assertThat(differing.stream().limit(10).toList())
        .as("%s rows differ; served is stored", differing.size())
        .isEmpty();
    assertThat(stored).hasSameSizeAs(served);
  }

  private void readYahoo(
      ServedRequest request, Map<String, String> served, Map<String, String> actions)
      throws Exception {
    JsonNode result = get(request.path() + "?" + request.query()).at("/chart/result/0");
    ZoneId zone = ZoneId.of(result.at("/meta/exchangeTimezoneName").asText());
    String symbol = result.at("/meta/symbol").asText().replace("BRK-B", "BRK.B");
    JsonNode quote = result.at("/indicators/quote/0");
    for (int i = 0; i < result.path("timestamp").size(); i++) {
      if (quote.path("close").path(i).isNull()) {
        continue;
      }
      LocalDate date = date(result.path("timestamp").path(i), zone);
      StringBuilder values = new StringBuilder();
      for (String name : List.of("open", "high", "low", "close")) {
        values.append(shortest(quote.path(name).path(i).decimalValue())).append('|');
      }
      values.append(quote.path("volume").path(i).bigIntegerValue()).append("|-|-");
      served.put(
          "yahoo|-|" + symbol + "|1Day|" + date.atStartOfDay(zone).toEpochSecond(),
          values.toString());
    }
    for (JsonNode dividend : result.at("/events/dividends")) {
      actions.put(
          symbol + "|dividend|" + date(dividend.path("date"), zone),
          shortest(dividend.path("amount").decimalValue()) + "|-");
    }
    for (JsonNode split : result.at("/events/splits")) {
      actions.put(
          symbol + "|split|" + date(split.path("date"), zone),
          "-|"
              + plain(
                  split
                      .path("numerator")
                      .decimalValue()
                      .divide(split.path("denominator").decimalValue())));
    }
  }

  private void readAlpaca(ServedRequest request, Map<String, String> served) throws Exception {
    String token = "";
    do {
      JsonNode page =
          get(
              request.path()
                  + "?"
                  + request.query()
                  + (token.isEmpty()
                      ? ""
                      : "&page_token=" + URLEncoder.encode(token, StandardCharsets.UTF_8)));
      page.path("bars")
          .properties()
          .forEach(
              symbol ->
                  symbol
                      .getValue()
                      .forEach(
                          bar ->
                              served.put(
                                  "alpaca|sip|"
                                      + symbol.getKey()
                                      + "|1Day|"
                                      + Instant.parse(bar.path("t").asText()).getEpochSecond(),
                                  Stream.of("o", "h", "l", "c", "v", "n", "vw")
                                      .map(name -> plain(bar.path(name).decimalValue()))
                                      .collect(Collectors.joining("|")))));
      token = page.path("next_page_token").asText("");
      token = token.equals("null") ? "" : token;
    } while (!token.isEmpty());
  }

  private JsonNode get(String target) throws Exception {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(URI.create(exchange.url() + target))
                .header("User-Agent", "Mozilla/5.0 (a test)")
                .header("APCA-API-KEY-ID", "PKTEST")
                .header("APCA-API-SECRET-KEY", "hush")
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(target).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static LocalDate date(JsonNode seconds, ZoneId zone) {
    return Instant.ofEpochSecond(seconds.longValue()).atZone(zone).toLocalDate();
  }

  /** The decimal with the fewest digits that is the same float32. */
  private static String shortest(BigDecimal served) {
    float single = served.floatValue();
    int digits = 1;
    while (Float.compare(served.round(new MathContext(digits)).floatValue(), single) != 0) {
      digits++;
    }
    return plain(served.round(new MathContext(digits)));
  }

  private static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  /** Numbers between bars, each without zeros at its end. */
  private static String plain(String values) {
    return Stream.of(values.split("\\|"))
        .map(value -> value.equals("-") ? value : plain(new BigDecimal(value)))
        .collect(Collectors.joining("|"));
  }
}
