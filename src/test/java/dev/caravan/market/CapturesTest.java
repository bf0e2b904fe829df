package dev.caravan.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.alpaca.AlpacaAnswer;
import dev.caravan.alpaca.AlpacaBars;
import dev.caravan.alpaca.AlpacaQuotes;
import dev.caravan.alpaca.AlpacaTrades;
import dev.caravan.market.answer.InvalidSymbolException;
import dev.caravan.market.answer.MarketDataException;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.Read;
import dev.caravan.market.answer.RequestRefusedException;
import dev.caravan.market.answer.SourceFailedException;
import dev.caravan.yahoo.YahooChart;
import dev.caravan.yahoo.YahooProfile;
import dev.caravan.yahoo.YahooQuotes;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every recorded REST answer goes through the parsers as the routes would send it. What is expected
 * is computed here from the JSON with doubles and a map, by none of the code under test.
 */
class CapturesTest {
  private static final ObjectMapper PLAIN = new ObjectMapper();
  private static final Instant READ_AT = Instant.parse("2026-01-01T12:00:00Z");
  private static final Pattern TIMEFRAME =
      Pattern.compile("timeframe=(1Min|5Min|15Min|1Hour|1Day)");

  private record Capture(String name, String url, int status, String body, JsonNode json) {}

  @TestFactory
  Stream<DynamicTest> everyAnswerOfYahooIsTakenOrRefusedWithTheRightError() throws IOException {
    return captures("yahoo").stream().map(c -> dynamicTest(c.name(), () -> yahoo(c)));
  }

  @TestFactory
  Stream<DynamicTest> everyAnswerOfAlpacaIsTakenOrRefusedWithTheRightError() throws IOException {
    return captures("alpaca-rest").stream().map(c -> dynamicTest(c.name(), () -> alpaca(c)));
  }

  private static void yahoo(Capture capture) {
    if (capture.status() == 404) {
      assertThatExceptionOfType(InvalidSymbolException.class)
          .isThrownBy(() -> YahooChart.check(404, capture.body(), "X"))
          .withMessage("Invalid symbol: X");
      refusedByBothParsers(capture);
    } else if (capture.status() == 429) {
      assertThatExceptionOfType(SourceFailedException.class)
          .isThrownBy(() -> YahooChart.check(429, capture.body(), "X"));
      refusedByBothParsers(capture);
    } else if (capture.status() != 200) {
      assertThatExceptionOfType(RequestRefusedException.class)
          .isThrownBy(() -> YahooChart.check(capture.status(), capture.body(), "X"))
          .withMessageStartingWith(
              "yahoo refused the request with status " + capture.status() + ": ");
      refusedByBothParsers(capture);
    } else if (!capture.url().contains("/v8/finance/chart/")) {
      YahooChart.check(200, capture.body(), "X");
      refusedByBothParsers(capture);
      if (capture.json().has("quoteResponse")) {
        quotes(capture.json().at("/quoteResponse/result"), capture);
      } else if (capture.json().has("quoteSummary")) {
        profile(capture.json().at("/quoteSummary/result/0"), capture);
      }
    } else {
      YahooChart.check(200, capture.body(), "X");
      chart(capture);
    }
  }

  private static void quotes(JsonNode result, Capture capture) {
    Map<String, String> asked = new TreeMap<>();
    List<JsonNode> priced = new ArrayList<>();
    for (JsonNode quote : result) {
      asked.put(quote.get("symbol").textValue(), "OUR." + quote.get("symbol").textValue());
      if (quote.has("regularMarketPrice")) {
        priced.add(quote);
      }
    }
    List<PriceSnapshot> snapshots =
        YahooQuotes.page(Read.json(capture.body()), asked, READ_AT).snapshots();
    assertThat(snapshots).hasSize(priced.size());
    for (int i = 0; i < priced.size(); i++) {
      JsonNode quote = priced.get(i);
      PriceSnapshot snapshot = snapshots.get(i);
      assertThat(snapshot.symbol()).isEqualTo("OUR." + quote.get("symbol").textValue());
      assertThat(snapshot.price().doubleValue())
          .isEqualTo(quote.get("regularMarketPrice").doubleValue());
      assertThat(snapshot.ts().getEpochSecond())
          .isEqualTo(quote.get("regularMarketTime").longValue());
      if (quote.has("regularMarketVolume")) {
        assertThat(snapshot.volume().longValueExact())
            .isEqualTo(quote.get("regularMarketVolume").longValue());
      } else {
        assertThat(snapshot.volume()).isNull();
      }
    }
  }

  private static void profile(JsonNode result, Capture capture) {
    CompanyProfile profile = YahooProfile.profile(Read.json(capture.body()), "X");
    JsonNode company = result.path("assetProfile");
    assertThat(profile.answer().at("/quoteSummary/result/0")).hasSameSizeAs(result);
    assertThat(profile.officers()).hasSize(company.path("companyOfficers").size());
    if (!company.isMissingNode()) {
      assertThat(profile.sector()).isEqualTo(company.path("sector").textValue());
      assertThat(profile.industry()).isEqualTo(company.path("industry").textValue());
      assertThat(profile.country()).isEqualTo(company.path("country").textValue());
      assertThat(profile.summary()).isEqualTo(company.path("longBusinessSummary").textValue());
      if (company.path("fullTimeEmployees").isNumber()) {
        assertThat(profile.employees()).isEqualTo(company.get("fullTimeEmployees").longValue());
      }
    }
    if (result.at("/quoteType/longName").isTextual()) {
      assertThat(profile.name()).isEqualTo(result.at("/quoteType/longName").textValue());
    }
  }

  private static void refusedByBothParsers(Capture capture) {
    assertThatExceptionOfType(MarketDataException.class)
        .isThrownBy(() -> YahooChart.daily(Read.json(capture.body()), "X", READ_AT));
    assertThatExceptionOfType(MarketDataException.class)
        .isThrownBy(() -> YahooChart.snapshot(Read.json(capture.body()), "X", READ_AT));
  }

  private static void chart(Capture capture) {
    JsonNode result = capture.json().at("/chart/result/0");
    JsonNode meta = result.get("meta");
    if (meta.has("regularMarketPrice")) {
      PriceSnapshot snapshot = YahooChart.snapshot(Read.json(capture.body()), "X", READ_AT);
      assertThat(snapshot.price().doubleValue())
          .isEqualTo(meta.get("regularMarketPrice").doubleValue());
      assertThat(snapshot.volume().longValueExact())
          .isEqualTo(meta.get("regularMarketVolume").longValue());
      assertThat(snapshot.ts().getEpochSecond())
          .isEqualTo(meta.get("regularMarketTime").longValue());
      assertThat(snapshot.currency()).isEqualTo(meta.get("currency").textValue());
    } else {
      assertThatExceptionOfType(MissingDataException.class)
          .isThrownBy(() -> YahooChart.snapshot(Read.json(capture.body()), "X", READ_AT))
          .withMessage("Missing required data: regularMarketPrice of X");
    }

    String granularity = meta.get("dataGranularity").textValue();
    if (!granularity.equals("1d")) {
      assertThatExceptionOfType(MissingDataException.class)
          .isThrownBy(() -> YahooChart.daily(Read.json(capture.body()), "X", READ_AT))
          .withMessage("Missing required data: 1d rows of X (answered with " + granularity + ")");
      return;
    }
    ZoneId zone = ZoneId.of(meta.get("exchangeTimezoneName").textValue());
    Map<LocalDate, Integer> rows = new TreeMap<>();
    JsonNode times = result.path("timestamp");
    JsonNode quote = result.at("/indicators/quote/0");
    for (int i = 0; i < times.size(); i++) {
      if (quote.get("open").get(i).isNull()
          || quote.get("high").get(i).isNull()
          || quote.get("low").get(i).isNull()
          || quote.get("close").get(i).isNull()) {
        continue;
      }
      rows.put(Instant.ofEpochSecond(times.get(i).longValue()).atZone(zone).toLocalDate(), i);
    }

    YahooChart.Chart chart = YahooChart.daily(Read.json(capture.body()), "X", READ_AT);
    assertThat(chart.refused()).isEmpty();
    assertThat(chart.zone()).isEqualTo(zone.getId());
    assertThat(chart.bars()).hasSize(rows.size());
    int n = 0;
    for (Map.Entry<LocalDate, Integer> row : rows.entrySet()) {
      Bar bar = chart.bars().get(n++);
      int i = row.getValue();
      assertThat(bar.ts().atZone(zone).toLocalDateTime()).isEqualTo(row.getKey().atStartOfDay());
      assertThat(bar.open().floatValue()).isEqualTo(asFloat(quote.get("open").get(i)));
      assertThat(bar.high().floatValue()).isEqualTo(asFloat(quote.get("high").get(i)));
      assertThat(bar.low().floatValue()).isEqualTo(asFloat(quote.get("low").get(i)));
      assertThat(bar.close().floatValue()).isEqualTo(asFloat(quote.get("close").get(i)));
      assertThat(bar.close().precision()).isLessThanOrEqualTo(9);
      assertThat(bar.volume().longValueExact()).isEqualTo(quote.get("volume").get(i).longValue());
      assertThat(bar.complete()).isTrue();
      assertThat(bar.symbol()).isEqualTo("X");
      assertThat(bar.adjustedAsOf()).isEqualTo(READ_AT);
    }
    JsonNode events = result.path("events");
    assertThat(chart.actions())
        .hasSize(
            events.path("dividends").size()
                + events.path("splits").size()
                + events.path("capitalGains").size());
    chart.actions().stream()
        .filter(action -> action.action().equals("dividend"))
        .forEach(
            action ->
                assertThat(action.amount().doubleValue()).isIn(amounts(events.path("dividends"))));
  }

  private static List<Double> amounts(JsonNode events) {
    List<Double> amounts = new ArrayList<>();
    events.forEach(event -> amounts.add(event.get("amount").doubleValue()));
    return amounts;
  }

  private static float asFloat(JsonNode number) {
    return Float.parseFloat(number.asText());
  }

  private static void alpaca(Capture capture) {
    if (capture.status() == 400 && capture.body().contains("invalid symbol: ATC.220816")) {
      assertThatExceptionOfType(InvalidSymbolException.class)
          .isThrownBy(() -> AlpacaAnswer.check(400, capture.body(), "bars"))
          .withMessage("Invalid symbol: ATC.220816");
      noPage(capture);
      return;
    }
    if (capture.status() != 200) {
      assertThatExceptionOfType(MarketDataException.class)
          .isThrownBy(() -> AlpacaAnswer.check(capture.status(), capture.body(), "bars"))
          .withMessageStartingWith("alpaca ")
          .withMessageContaining(" with status " + capture.status() + ": bars: ");
      noPage(capture);
      return;
    }
    AlpacaAnswer.check(200, capture.body(), "bars");
    boolean bars = capture.url().matches(".*/v2/stocks/([^/]+/)?bars(\\?.*)?");
    if (!bars) {
      noPage(capture);
      if (capture.url().matches(".*/v2/stocks/([^/]+/)?trades(\\?.*)?")) {
        trades(capture);
      }
      if (capture.url().matches(".*/v2/stocks/([^/]+/)?quotes(\\?.*)?")) {
        quotes(capture);
      }
      return;
    }
    Matcher named = TIMEFRAME.matcher(capture.url());
    String timeframe = named.find() ? named.group(1) : "1Min";
    AlpacaBars.Page page = AlpacaBars.page(Read.json(capture.body()), "sip", timeframe, READ_AT);
    List<JsonNode> rows = new ArrayList<>();
    List<String> symbols = new ArrayList<>();
    JsonNode lists = capture.json().get("bars");
    if (lists.isArray()) {
      lists.forEach(
          row -> {
            rows.add(row);
            symbols.add(capture.json().get("symbol").textValue());
          });
    } else {
      lists
          .fieldNames()
          .forEachRemaining(
              symbol ->
                  lists
                      .get(symbol)
                      .forEach(
                          row -> {
                            rows.add(row);
                            symbols.add(symbol);
                          }));
    }
    assertThat(page.refused()).isEmpty();
    assertThat(page.bars()).extracting(Bar::symbol).containsExactlyElementsOf(symbols);
    assertThat(page.symbols())
        .containsExactlyInAnyOrderElementsOf(symbols.stream().distinct().toList());
    JsonNode token = capture.json().get("next_page_token");
    assertThat(page.nextPageToken()).isEqualTo(token.isNull() ? null : token.textValue());
    for (int i = 0; i < rows.size(); i++) {
      JsonNode row = rows.get(i);
      Bar bar = page.bars().get(i);
      // Every daily bar on record is served at midnight of New York already.
      assertThat(bar.ts()).isEqualTo(Instant.parse(row.get("t").textValue()));
      assertThat(bar.open()).isEqualByComparingTo(new BigDecimal(row.get("o").asText()));
      assertThat(bar.high()).isEqualByComparingTo(new BigDecimal(row.get("h").asText()));
      assertThat(bar.low()).isEqualByComparingTo(new BigDecimal(row.get("l").asText()));
      assertThat(bar.close()).isEqualByComparingTo(new BigDecimal(row.get("c").asText()));
      assertThat(bar.volume().longValueExact()).isEqualTo(row.get("v").longValue());
      assertThat(bar.tradeCount()).isEqualTo(row.get("n").longValue());
      assertThat(bar.vwap()).isEqualByComparingTo(new BigDecimal(row.get("vw").asText()));
      assertThat(bar.complete()).isTrue();
    }
  }

  private static void trades(Capture capture) {
    AlpacaTrades.Page page = AlpacaTrades.page(Read.json(capture.body()), "sip");
    assertThat(page.refused()).isEmpty();
    JsonNode token = capture.json().get("next_page_token");
    assertThat(page.nextPageToken()).isEqualTo(token.isNull() ? null : token.textValue());
    int n = 0;
    for (Map.Entry<String, JsonNode> list : capture.json().get("trades").properties()) {
      for (JsonNode row : list.getValue()) {
        Trade trade = page.trades().get(n++);
        Instant ts = Instant.parse(row.get("t").textValue());
        assertThat(trade.symbol()).isEqualTo(list.getKey());
        assertThat(trade.ts()).isEqualTo(ts);
        assertThat(trade.nanos()).isEqualTo(ts.getNano() % 1000);
        assertThat(trade.exchange()).isEqualTo(row.get("x").textValue());
        assertThat(trade.tradeId()).isEqualTo(row.get("i").longValue());
        assertThat(trade.price()).isEqualByComparingTo(new BigDecimal(row.get("p").asText()));
        assertThat(trade.size()).isEqualByComparingTo(new BigDecimal(row.get("s").asText()));
        assertThat(trade.conditions()).hasSize(row.get("c").size());
        assertThat(trade.tape()).isEqualTo(row.get("z").textValue());
        assertThat(trade.status()).isEqualTo("valid");
      }
    }
    assertThat(page.trades()).hasSize(n);
  }

  private static void quotes(Capture capture) {
    AlpacaQuotes.Page page = AlpacaQuotes.page(Read.json(capture.body()), "sip");
    assertThat(page.refused()).isEmpty();
    JsonNode lists = capture.json().get("quotes");
    List<JsonNode> rows = new ArrayList<>();
    (lists.isArray() ? List.of(lists) : lists).forEach(list -> list.forEach(rows::add));
    assertThat(page.quotes()).hasSize(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      JsonNode row = rows.get(i);
      Quote quote = page.quotes().get(i);
      assertThat(quote.ts()).isEqualTo(Instant.parse(row.get("t").textValue()));
      assertThat(quote.bidExchange()).isEqualTo(row.get("bx").textValue());
      assertThat(quote.bidPrice()).isEqualByComparingTo(new BigDecimal(row.get("bp").asText()));
      assertThat(quote.bidSize()).isEqualByComparingTo(new BigDecimal(row.get("bs").asText()));
      assertThat(quote.askExchange()).isEqualTo(row.get("ax").textValue());
      assertThat(quote.askPrice()).isEqualByComparingTo(new BigDecimal(row.get("ap").asText()));
      assertThat(quote.askSize()).isEqualByComparingTo(new BigDecimal(row.get("as").asText()));
      assertThat(quote.conditions()).hasSize(row.get("c").size());
      assertThat(quote.tape()).isEqualTo(row.get("z").textValue());
    }
  }

  private static void noPage(Capture capture) {
    assertThatExceptionOfType(MissingDataException.class)
        .isThrownBy(() -> AlpacaBars.page(Read.json(capture.body()), "sip", "1Min", READ_AT));
  }

  private static List<Capture> captures(String provider) throws IOException {
    Path folder =
        Stream.of(Path.of("../shared/captures"), Path.of("/work/shared/captures"))
            .map(captures -> captures.resolve(provider))
            .filter(Files::isDirectory)
            .findFirst()
            .orElse(null);
    Assumptions.assumeTrue(
        folder != null, "The recorded answers of " + provider + " are not on this machine");
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files = listed.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    List<Capture> captures = new ArrayList<>();
    for (Path file : files) {
      JsonNode capture = PLAIN.readTree(file.toFile());
      JsonNode response = capture.get("response");
      String body =
          response.has("body_text")
              ? response.get("body_text").textValue()
              : response.get("body_json").toString();
      captures.add(
          new Capture(
              file.getFileName().toString(),
              capture.at("/request/url").textValue(),
              response.get("status").intValue(),
              body,
              response.has("body_json") ? response.get("body_json") : readable(body)));
    }
    assertThat(captures).isNotEmpty();
    return captures;
  }

  private static JsonNode readable(String body) throws IOException {
    return body.startsWith("{") ? PLAIN.readTree(body) : PLAIN.nullNode();
  }
}
