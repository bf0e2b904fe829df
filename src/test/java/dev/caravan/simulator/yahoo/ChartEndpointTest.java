package dev.caravan.simulator.yahoo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.MarketCalendar;
import dev.caravan.simulator.Client;
import dev.caravan.simulator.SimulatorTestBase;
import dev.caravan.simulator.exchange.Listing;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

public class ChartEndpointTest extends SimulatorTestBase {

  @Test
  void aDailyChartHasTheShapeOfRecordedAnswers() throws Exception {
    HttpResponse<String> response =
        client().get("/v8/finance/chart/MSFT?range=6mo&interval=1d&events=div%7Csplit");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type"))
        .contains("application/json;charset=utf-8");
    assertThat(response.headers().firstValue("cache-control"))
        .contains("public, max-age=10, stale-while-revalidate=20");
    JsonNode chart = Client.parse(response.body()).get("chart");
    assertThat(chart.get("error").isNull()).isTrue();
    JsonNode result = chart.at("/result/0");
    assertThat(names(result)).containsExactly("meta", "timestamp", "events", "indicators");
    assertThat(names(result.get("meta")))
        .containsExactlyInAnyOrder(
            "currency",
            "symbol",
            "exchangeName",
            "fullExchangeName",
            "instrumentType",
            "firstTradeDate",
            "regularMarketTime",
            "hasPrePostMarketData",
            "gmtoffset",
            "timezone",
            "exchangeTimezoneName",
            "regularMarketPrice",
            "fiftyTwoWeekHigh",
            "fiftyTwoWeekLow",
            "regularMarketDayHigh",
            "regularMarketDayLow",
            "regularMarketVolume",
            "longName",
            "shortName",
            "chartPreviousClose",
            "priceHint",
            "currentTradingPeriod",
            "dataGranularity",
            "range",
            "validRanges");
    int rows = result.get("timestamp").size();
    assertThat(rows).isBetween(120, 130);
    assertThat(names(result.at("/indicators/quote/0")))
        .containsExactlyInAnyOrder("open", "high", "low", "close", "volume");
    result.at("/indicators/quote/0").forEach(list -> assertThat(list).hasSize(rows));
    assertThat(result.at("/indicators/adjclose/0/adjclose")).hasSize(rows);
  }

  @Test
  void finishedRowsCarryTheOpenAndTheLiveRowTheTimeOfTheLastTrade() throws Exception {
    Client client = client();

    JsonNode noon = client.chart("AAPL?range=5d&interval=1d");
    assertThat(times(noon))
        .containsExactly(
            open("2026-11-16"),
            open("2026-11-17"),
            open("2026-11-18"),
            open("2026-11-19"),
            clock.instant().getEpochSecond());
    assertThat(noon.at("/meta/regularMarketTime").longValue())
        .isEqualTo(clock.instant().getEpochSecond());

    clock.set("2026-11-22T12:00:00Z");
    JsonNode sunday = client.chart("AAPL?range=1d&interval=1d");
    assertThat(times(sunday))
        .containsExactly(Instant.parse("2026-11-20T21:00:01Z").getEpochSecond());

    clock.set("2026-11-23T14:30:00Z");
    JsonNode monday = client.chart("AAPL?range=5d&interval=1d");
    assertThat(times(monday)).contains(open("2026-11-20")).endsWith(open("2026-11-23"));
  }

  @Test
  void pricesAreThoseOfAlpacaWithTheNoiseOf32Bits() throws Exception {
    Client client = client();
    JsonNode alpaca =
        client.json(BARS + "symbols=BRK.B&timeframe=1Day&start=2026-11-09&end=2026-11-19");
    JsonNode yahoo =
        client.chart(
            "BRK-B?interval=1d&period1="
                + Instant.parse("2026-11-09T05:00:00Z").getEpochSecond()
                + "&period2="
                + Instant.parse("2026-11-20T05:00:00Z").getEpochSecond());

    JsonNode bars = alpaca.at("/bars/BRK.B");
    assertThat(bars).hasSize(9);
    assertThat(yahoo.get("timestamp")).hasSize(9);
    for (int i = 0; i < 9; i++) {
      JsonNode bar = bars.get(i);
      JsonNode quote = yahoo.at("/indicators/quote/0");
      assertThat(quote.get("open").get(i).doubleValue())
          .isEqualTo((double) bar.get("o").floatValue());
      assertThat(quote.get("high").get(i).doubleValue())
          .isEqualTo((double) bar.get("h").floatValue());
      assertThat(quote.get("low").get(i).doubleValue())
          .isEqualTo((double) bar.get("l").floatValue());
      assertThat(quote.get("close").get(i).doubleValue())
          .isEqualTo((double) bar.get("c").floatValue());
    }
  }

  @Test
  void wholePricesArriveAsIntegersAndOthersWithNoise() throws Exception {
    JsonNode closes = client().chart("AAPL?range=max").at("/indicators/quote/0/close");

    assertThat(list(closes)).anyMatch(JsonNode::isInt);
    assertThat(list(closes)).anyMatch(close -> close.asText().length() > 10);
  }

  @Test
  void aPeriodIncludesItsStartAndExcludesItsEnd() throws Exception {
    JsonNode chart =
        client().chart("AAPL?period1=" + open("2026-11-17") + "&period2=" + open("2026-11-19"));

    assertThat(times(chart)).containsExactly(open("2026-11-17"), open("2026-11-18"));
    assertThat(chart.at("/meta/range").asText()).isEmpty();
  }

  @Test
  void anEmptyWindowHasNoTimestampAndEmptyLists() throws Exception {
    long saturday = Instant.parse("2026-11-14T05:00:00Z").getEpochSecond();
    JsonNode chart =
        client().chart("AAPL?interval=1d&period1=" + saturday + "&period2=" + (saturday + 86_400));

    assertThat(chart.has("timestamp")).isFalse();
    assertThat(chart.get("indicators"))
        .isEqualTo(Client.parse("{\"quote\":[{}],\"adjclose\":[{}]}"));
  }

  @Test
  void dividendsComeOnRequestAndLowerTheAdjustedCloseBeforeThem() throws Exception {
    Client client = client();
    JsonNode chart = client.chart("AAPL?range=1y&interval=1d&events=div,split");

    assertThat(client.chart("AAPL?range=1y&interval=1d").has("events")).isFalse();
    JsonNode dividends = chart.at("/events/dividends");
    assertThat(dividends).hasSize(4);
    dividends
        .properties()
        .forEach(
            entry -> {
              assertThat(times(chart)).contains(Long.parseLong(entry.getKey()));
              assertThat(entry.getValue().get("date").asText()).isEqualTo(entry.getKey());
              assertThat(entry.getValue().get("amount").decimalValue()).isPositive();
            });
    JsonNode adjusted = chart.at("/indicators/adjclose/0/adjclose");
    JsonNode close = chart.at("/indicators/quote/0/close");
    int last = close.size() - 1;
    assertThat(adjusted.get(last)).isEqualTo(close.get(last));
    assertThat(adjusted.get(0).decimalValue()).isLessThan(close.get(0).decimalValue());
  }

  @Test
  void someSymbolsHaveRowsOfNullsButNeverAmongTheNewestFive() throws Exception {
    Client client = client();
    int symbolsWithHoles = 0;
    for (String symbol : Listing.assets().subList(0, 40)) {
      JsonNode quote =
          client.chart(Listing.yahooSpelling(symbol) + "?range=5y").at("/indicators/quote/0");
      Set<Integer> holes = holes(quote.get("close"));
      quote.forEach(list -> assertThat(holes(list)).isEqualTo(holes));
      int rows = quote.get("close").size();
      assertThat(holes).allMatch(row -> row < rows - 5).hasSizeLessThan(20);
      symbolsWithHoles += holes.isEmpty() ? 0 : 1;
    }
    assertThat(symbolsWithHoles).isBetween(1, 15);
    for (String symbol : Listing.DEMO) {
      assertThat(holes(client.chart(symbol + "?range=max").at("/indicators/quote/0/close")))
          .isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"1m,1d,150", "1m,5d,1710", "5m,1d,30", "1h,5d,31", "90m,1d,2"})
  void minuteChartsHaveTheFinishedMinutesOfRegularHours(String interval, String range, int rows)
      throws Exception {
    JsonNode chart = client().chart("AAPL?interval=" + interval + "&range=" + range);

    assertThat(chart.get("timestamp")).hasSize(rows);
    assertThat(chart.at("/indicators").has("adjclose")).isFalse();
    assertThat(chart.at("/meta/tradingPeriods")).hasSize(range.equals("1d") ? 1 : 5);
    assertThat(chart.at("/meta/previousClose").isNumber()).isTrue();
    assertThat(chart.at("/meta/dataGranularity").asText()).isEqualTo(interval);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ZZZZNOPE?range=1d|404|Not Found|No data found, symbol may be delisted",
        "AAPL?interval=1m&range=1mo|422|Unprocessable Entity|Only 8 days worth of 1m granularity"
            + " data are allowed to be fetched per request.",
        "AAPL?interval=15m&period1=1690862400&period2=1690948800|422|Unprocessable Entity|15m data"
            + " not available for startTime=1690862400 and endTime=1690948800. The requested range"
            + " must be within the last 60 days.",
        "AAPL?interval=7m|422|Unprocessable Entity|Invalid input - interval=7m is not supported."
            + " Valid intervals: [1m, 2m, 5m, 15m, 30m, 60m, 90m, 1h, 1d]",
        "AAPL?range=4d|422|Unprocessable Entity|Invalid input - range=4d is not supported. Valid"
            + " ranges: [1d, 5d, 1mo, 3mo, 6mo, 1y, 2y, 5y, 10y, ytd, max]",
        "AAPL?period1=100&period2=200|400|Bad Request|Data doesn't exist for startDate = 100,"
            + " endDate = 200",
        "AAPL?period1=x|400|Bad Request|Invalid input - period1 is not a number"
      })
  void errorsHaveTheFrameAndTheWordsOfYahoo(
      String target, int status, String code, String description) throws Exception {
    HttpResponse<String> response = client().get("/v8/finance/chart/" + target);

    assertThat(response.statusCode()).isEqualTo(status);
    JsonNode chart = Client.parse(response.body()).get("chart");
    assertThat(chart.get("result").isNull()).isTrue();
    assertThat(chart.at("/error/code").asText()).isEqualTo(code);
    assertThat(chart.at("/error/description").asText()).isEqualTo(description);
  }

  @Test
  void aClientThatIsNoBrowserIsRefused() throws Exception {
    Client client = client();
    HttpResponse<String> response = client.send(client.request("/v8/finance/chart/AAPL").build());

    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.body()).isEqualTo("Too Many Requests");
    assertThat(response.headers().firstValue("retry-after")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "SAP.DE,Europe/Berlin,EUR,2026-11-19T08:00:00Z",
    "VOD.L,Europe/London,GBp,2026-11-19T08:00:00Z",
    "7203.T,Asia/Tokyo,JPY,2026-11-19T00:00:00Z",
    "EURUSD%3DX,Europe/London,USD,2026-11-19T00:00:00Z",
    "%5EGSPC,America/New_York,USD,2026-11-18T14:30:00Z",
    "GC%3DF,America/New_York,USD,2026-11-18T14:30:00Z",
    "BTC-USD,America/New_York,USD,2026-11-18T14:30:00Z",
    "RY.TO,America/New_York,USD,2026-11-18T14:30:00Z"
  })
  void foreignInstrumentsKeepTheirZoneAndHours(
      String symbol, String zone, String currency, Instant row) throws Exception {
    clock.set("2026-11-20T12:00:00Z");
    JsonNode chart = client().chart(symbol + "?range=5d&interval=1d");

    assertThat(chart.at("/meta/exchangeTimezoneName").asText()).isEqualTo(zone);
    assertThat(chart.at("/meta/currency").asText()).isEqualTo(currency);
    assertThat(times(chart)).contains(row.getEpochSecond());
    if (symbol.startsWith("EURUSD")) {
      assertThat(list(chart.at("/indicators/quote/0/volume"))).allMatch(v -> v.intValue() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-11-21T20:00:00Z", "2026-11-20T08:00:00Z", "2026-11-20T23:30:00Z"})
  void anAlwaysOpenMarketHasALivePriceThatChangesEachSecond(String start) throws Exception {
    clock.set(start);
    Client client = new Client(start(options().withAlwaysOpen(true)));
    LocalDate today = clock.instant().atZone(MarketCalendar.NEW_YORK).toLocalDate();

    String before = "";
    for (int second = 0; second < 130; second++) {
      JsonNode chart = client.chart("AAPL?range=5d&interval=1d");
      List<Long> times = times(chart);
      assertThat(times.get(4)).isEqualTo(clock.instant().getEpochSecond());
      assertThat(times.get(3)).isEqualTo(open(MarketCalendar.sessionsBefore(today, 1).toString()));
      String price = chart.at("/meta/regularMarketPrice").asText();
      assertThat(price).isNotEqualTo(before);
      before = price;
      clock.advance(Duration.ofSeconds(1));
    }
  }

  public static List<Long> times(JsonNode chart) {
    return list(chart.get("timestamp")).stream().map(JsonNode::longValue).toList();
  }

  private static long open(String date) {
    return MarketCalendar.session(LocalDate.parse(date)).orElseThrow().open().getEpochSecond();
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Set<Integer> holes(JsonNode array) {
    Set<Integer> holes = new HashSet<>();
    for (int i = 0; i < array.size(); i++) {
      if (array.get(i).isNull()) {
        holes.add(i);
      }
    }
    return holes;
  }
}
