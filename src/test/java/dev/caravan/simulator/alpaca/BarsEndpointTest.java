package dev.caravan.simulator.alpaca;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.Client;
import dev.caravan.simulator.SimulatorTestBase;
import dev.caravan.simulator.exchange.Listing;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BarsEndpointTest extends SimulatorTestBase {
  private static final String DAYS = "/v2/stocks/bars?timeframe=1Day&";

  @Test
  void dayBarsHaveTheShapeOfRecordedAnswers() throws Exception {
    HttpResponse<String> response =
        client().get(DAYS + "symbols=MSFT,AAPL,ZZZZ&start=2026-10-30&end=2026-11-02");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    JsonNode body = Client.parse(response.body());
    assertThat(body.get("next_page_token").isNull()).isTrue();
    assertThat(names(body.get("bars"))).containsExactly("AAPL", "MSFT");
    assertThat(body.at("/bars/AAPL").findValuesAsText("t"))
        .containsExactly("2026-10-30T04:00:00Z", "2026-11-02T05:00:00Z");
    JsonNode bar = body.at("/bars/AAPL/0");
    assertThat(names(bar)).containsExactly("c", "h", "l", "n", "o", "t", "v", "vw");
    assertThat(bar.get("v").isIntegralNumber()).isTrue();
    assertThat(bar.get("vw").decimalValue())
        .isBetween(bar.get("l").decimalValue(), bar.get("h").decimalValue());
    assertThat(response.body()).doesNotContainPattern("\"[chlov]w?\":[0-9]+\\.[0-9]*0[,}]");
  }

  @Test
  void theFormForOneSymbolHasAListOrNull() throws Exception {
    Client client = client();

    JsonNode found =
        client.json(
            "/v2/stocks/BRK.B/bars?timeframe=1Day&start=2026-11-18&end=2026-11-19T05:00:00Z");
    assertThat(names(found)).containsExactly("bars", "next_page_token", "symbol");
    assertThat(found.get("bars")).hasSize(2);
    assertThat(
            client
                .get("/v2/stocks/TSLA/bars?timeframe=1Day&start=2026-11-14&end=2026-11-15")
                .body())
        .isEqualTo("{\"bars\":null,\"next_page_token\":null,\"symbol\":\"TSLA\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbols=ZZZZ&start=2026-11-02", "symbols=AAPL&start=2026-11-14"})
  void nothingFoundIsAnEmptyObject(String query) throws Exception {
    assertThat(client().get(DAYS + query + "&end=2026-11-15").body())
        .isEqualTo("{\"bars\":{},\"next_page_token\":null}");
  }

  @Test
  void theEndIsInclusive() throws Exception {
    JsonNode minutes =
        client()
            .json(
                "/v2/stocks/bars?symbols=AAPL&timeframe=1Min&start=2026-11-19T14:30:00Z"
                    + "&end=2026-11-19T21:00:00Z");

    assertThat(minutes.at("/bars/AAPL")).hasSize(391);
    assertThat(minutes.at("/bars/AAPL/390/t").asText()).isEqualTo("2026-11-19T21:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"asc", "desc"})
  void pagesTogetherHoldExactlyTheRowsOfOneBigRequest(String sort) throws Exception {
    String query =
        "/v2/stocks/bars?symbols=TSLA,AAPL,MSFT&timeframe=5Min&start=2026-11-18&end=2026-11-19"
            + "&sort="
            + sort;
    Client client = client();
    Client shortPages = new Client(start(options().withShortPages(true)));

    int shorter = 0;
    List<String> whole = rows(client.json(query + "&limit=10000"));
    assertThat(whole).hasSizeGreaterThan(900).doesNotHaveDuplicates();
    assertThat(pages(client, query + "&limit=100", 100)).isEqualTo(whole);
    assertThat(pages(shortPages, query + "&limit=100", 100)).isEqualTo(whole);
    for (int limit = 100; limit < 130; limit++) {
      JsonNode page = shortPages.json(query + "&limit=" + limit);
      assertThat(page.get("next_page_token").isTextual()).isTrue();
      shorter += rows(page).size() < limit ? 1 : 0;
    }
    assertThat(shorter).isBetween(5, 25);
  }

  @Test
  void aTokenNamesTheNextBar() throws Exception {
    JsonNode page = client().json(DAYS + "symbols=AAPL&start=2026-11-16&end=2026-11-19&limit=1");

    String token =
        new String(
            Base64.getDecoder().decode(page.get("next_page_token").asText()),
            StandardCharsets.UTF_8);
    assertThat(token).isEqualTo("AAPL|D|1794891600000000000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "symbols=AAA,ATC.220816,CCC&timeframe=1Day|400|invalid symbol: ATC.220816",
        "symbols=BRK-B&timeframe=1Day|400|invalid symbol: BRK-B",
        "timeframe=1Day|400|Invalid format for parameter symbols: query parameter 'symbols' is"
            + " required",
        "symbols=AAPL|400|Invalid format for parameter timeframe: query parameter 'timeframe' is"
            + " required",
        "symbols=NVDA&timeframe=3Fortnight|400|invalid timeframe: 3Fortnight",
        "symbols=NVDA&timeframe=60Min|400|invalid timeframe: 60Min",
        "symbols=NVDA&timeframe=2Day|400|invalid timeframe: 2Day",
        "symbols=NVDA&timeframe=5Month|400|invalid timeframe: 5Month",
        "symbols=NVDA&timeframe=1Day&start=2026-11-19&end=2026-11-18|400|end should not be before"
            + " start",
        "symbols=NVDA&timeframe=1Day&limit=10001|400|invalid limit: larger than the allowed maximum"
            + " of 10000",
        "symbols=NVDA&timeframe=1Day&limit=0|400|invalid limit: 0",
        "symbols=NVDA&timeframe=1Day&feed=otc|400|invalid feed: otc",
        "symbols=NVDA&timeframe=1Day&page_token=null|400|invalid page_token: null",
        "symbols=NVDA&timeframe=1Day&start=yesterday|400|Invalid format for parameter start:"
            + " yesterday",
        "symbols=NVDA&timeframe=1Day&end=2026-11-20T16:45:01Z|403|subscription does not permit"
            + " querying recent SIP data",
        "symbols=NVDA&timeframe=1Day&end=2026-11-20|403|subscription does not permit querying"
            + " recent SIP data"
      })
  void errorsHaveTheWordsOfAlpaca(String query, int status, String message) throws Exception {
    HttpResponse<String> response = client().get("/v2/stocks/bars?" + query);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(Client.parse(response.body()).get("message").asText()).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "feed=sip&end=2026-11-20T16:45:00Z",
        "feed=iex&end=2026-11-20T17:00:00Z",
        "feed=iex&end=2027-01-01",
        "feed=sip",
        "page_token="
      })
  void dataThatMayBeAskedForIsServed(String query) throws Exception {
    HttpResponse<String> response = client().get(DAYS + "symbols=AAPL&" + query);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(Client.parse(response.body()).at("/bars/AAPL")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({",secret", "BADKEY,secret", "key,"})
  void withoutAGoodKeyThereIsAWebPage(String key, String secret) throws Exception {
    Client client = client();
    HttpResponse<String> response =
        client.send(
            client
                .request(DAYS + "symbols=AAPL")
                .header("APCA-API-KEY-ID", key == null ? "" : key)
                .header("APCA-API-SECRET-KEY", secret == null ? "" : secret)
                .build());

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("content-type")).contains("text/html");
    assertThat(response.body()).contains("<center>nginx</center>");
  }

  @Test
  void todaysBarBeginsWithTheSessionAndGrowsUntilTheEvening() throws Exception {
    Client client = client();
    String today = BARS + "symbols=AAPL&timeframe=1Day&start=2026-11-20";

    clock.set("2026-11-20T14:29:59Z");
    assertThat(client.json(today).get("bars")).isEmpty();
    List<Long> volumes = new ArrayList<>();
    for (String time : List.of("14:31", "17:00", "21:10", "23:00")) {
      clock.set("2026-11-20T" + time + ":00Z");
      volumes.add(client.json(today).at("/bars/AAPL/0/v").longValue());
    }
    assertThat(volumes).isSorted().doesNotHaveDuplicates();
    clock.set("2026-11-21T01:00:00Z");
    long last = client.json(today).at("/bars/AAPL/0/v").longValue();
    clock.set("2026-11-25T01:00:00Z");
    assertThat(client.json(today).at("/bars/AAPL/0/v").longValue())
        .isEqualTo(last)
        .isGreaterThan(volumes.get(3));
  }

  @Test
  void oneExchangeSeesASliverOfTheVolume() throws Exception {
    Client client = client();
    String query = DAYS + "symbols=AAPL&start=2026-11-19&end=2026-11-19&feed=";

    double sip = client.json(query + "sip").at("/bars/AAPL/0/v").doubleValue();
    double iex = client.json(query + "iex").at("/bars/AAPL/0/v").doubleValue();
    assertThat(iex / sip).isBetween(0.0199, 0.0301);
  }

  @Test
  void thinSymbolsMissMinutesAndMoreOfThemOnOneExchange() throws Exception {
    Client client = client();
    String symbols = String.join(",", Listing.assets().subList(0, 60));
    String query =
        "/v2/stocks/bars?timeframe=1Min&start=2026-11-19T14:30:00Z&end=2026-11-19T15:29:00Z"
            + "&limit=10000&symbols="
            + symbols
            + "&feed=";

    JsonNode sip = client.json(query + "sip").get("bars");
    JsonNode iex = client.json(query + "iex").get("bars");
    assertThat(sip).hasSize(60).anyMatch(bars -> bars.size() == 60);
    assertThat(iex).anyMatch(bars -> bars.size() < 50).anyMatch(bars -> bars.size() == 60);
  }

  @ParameterizedTest
  @CsvSource({
    "1Hour,2026-11-19,2026-11-19,16,2026-11-19T09:00:00Z",
    "15Min,2026-11-19T14:30:00Z,2026-11-19T20:45:00Z,26,2026-11-19T14:30:00Z",
    "2H,2026-11-19,2026-11-19,8,2026-11-19T09:00:00Z",
    "1Week,2026-11-02,2026-11-15,2,2026-11-02T05:00:00Z",
    "3M,2025-01-01,2025-12-31,4,2025-01-01T05:00:00Z"
  })
  void longerBarsBeginAtTheirFirstInstant(
      String timeframe, String start, String end, int bars, String first) throws Exception {
    JsonNode answer =
        client()
            .json(
                "/v2/stocks/bars?symbols=AAPL&timeframe="
                    + timeframe
                    + "&start="
                    + start
                    + "&end="
                    + end);

    assertThat(answer.at("/bars/AAPL")).hasSize(bars);
    assertThat(answer.at("/bars/AAPL/0/t").asText()).isEqualTo(first);
  }

  private static List<String> pages(Client client, String query, int limit) throws Exception {
    List<String> rows = new ArrayList<>();
    String token = "";
    do {
      JsonNode page = client.json(query + "&page_token=" + token.replace("=", "%3D"));
      assertThat(rows(page)).hasSizeBetween(1, limit);
      rows.addAll(rows(page));
      token = page.get("next_page_token").isNull() ? "" : page.get("next_page_token").asText();
    } while (!token.isEmpty());
    return rows;
  }

  private static List<String> rows(JsonNode page) {
    List<String> rows = new ArrayList<>();
    page.get("bars")
        .properties()
        .forEach(entry -> entry.getValue().forEach(bar -> rows.add(entry.getKey() + ' ' + bar)));
    return rows;
  }

  private static List<String> names(JsonNode object) {
    Iterable<String> names = object::fieldNames;
    return StreamSupport.stream(names.spliterator(), false).toList();
  }
}
