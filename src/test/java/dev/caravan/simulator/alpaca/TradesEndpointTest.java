package dev.caravan.simulator.alpaca;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.Client;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorTestBase;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.tape.Burst;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TradesEndpointTest extends SimulatorTestBase {
  private static final String TRADES = "/v2/stocks/trades?feed=iex&";
  private static final List<String> SYMBOLS = List.of("AAPL", "IBM", "MSFT");

  /** A burst of 90 trades of each symbol, all of which have happened. */
  private Simulator traded(SimulatorOptions options) {
    Simulator simulator = start(options);
    simulator.stream().burst(Burst.of(SYMBOLS, 270, Duration.ofSeconds(1)));
    clock.advance(Duration.ofSeconds(2));
    return simulator;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 90, 100, 269, 270})
  void pagesAreFullAndOrderedBySymbolAndTimeWhateverTheirSize(int limit) throws Exception {
    List<JsonNode> pages =
        new Client(traded(options())).pages(TRADES + "symbols=MSFT,AAPL,IBM&limit=" + limit);

    assertThat(pages).hasSize((270 + limit - 1) / limit);
    for (JsonNode page : pages.subList(0, pages.size() - 1)) {
      assertThat(keys(page)).hasSize(limit);
    }
    List<String> all = pages.stream().flatMap(page -> keys(page).stream()).toList();
    assertThat(all).hasSize(270).isSorted().doesNotHaveDuplicates();
    assertThat(all).filteredOn(key -> key.startsWith("IBM")).hasSize(90);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 90, 100, 1000})
  void theOppositeOrderHasTheSameRows(int limit) throws Exception {
    Client client = new Client(traded(options()));

    for (String symbol : SYMBOLS) {
      List<JsonNode> backwards =
          new ArrayList<>(client.rows("trades", symbol, "feed=iex&sort=desc&limit=" + limit));
      Collections.reverse(backwards);
      assertThat(backwards).hasSize(90).isEqualTo(client.rows("trades", symbol, "feed=iex"));
    }
  }

  @Test
  void aPageMayBeShortAndStillHaveASuccessor() throws Exception {
    List<JsonNode> pages =
        new Client(traded(options().withShortPages(true)))
            .pages(TRADES + "symbols=AAPL,IBM,MSFT&limit=30");

    assertThat(pages)
        .anySatisfy(
            page -> {
              assertThat(keys(page)).hasSizeBetween(1, 29);
              assertThat(page.get("next_page_token").isTextual()).isTrue();
            });
    assertThat(pages).allSatisfy(page -> assertThat(keys(page)).hasSizeLessThanOrEqualTo(30));
    assertThat(pages.stream().flatMap(page -> keys(page).stream()).toList())
        .hasSize(270)
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void bothEndsOfTheAskedTimeAreInclusive() throws Exception {
    Client client = new Client(traded(options()));
    List<JsonNode> all = client.rows("trades", "AAPL", "feed=iex");
    String tenth = all.get(9).get("t").asText();
    String twelfth = all.get(11).get("t").asText();

    assertThat(client.rows("trades", "AAPL", "feed=iex&start=" + tenth + "&end=" + twelfth))
        .isEqualTo(all.subList(9, 12));
    assertThat(client.rows("trades", "AAPL", "feed=iex&start=" + tenth + "&end=" + tenth))
        .isEqualTo(all.subList(9, 10));
  }

  @Test
  void oneSymbolHasAListOfItsOwn() throws Exception {
    Client client = new Client(traded(options()));
    JsonNode one = client.json("/v2/stocks/IBM/trades?feed=iex");

    assertThat(one.get("symbol").asText()).isEqualTo("IBM");
    assertThat(one.get("next_page_token").isNull()).isTrue();
    assertThat(one.get("trades"))
        .containsExactlyElementsOf(client.rows("trades", "IBM", "feed=iex"));
    assertThat(client.json("/v2/stocks/KO/trades?feed=iex").toString())
        .isEqualTo("{\"trades\":null,\"symbol\":\"KO\",\"next_page_token\":null}");
    assertThat(client.json(TRADES + "symbols=KO,ZZZZ").toString())
        .isEqualTo("{\"trades\":{},\"next_page_token\":null}");
  }

  @ParameterizedTest
  @CsvSource({
    "end=2026-11-20T16:45:03Z, 403",
    "end=2026-11-20T16:45:02Z, 200",
    "end=2026-11-21, 403",
    "feed=sip&end=2026-11-20T16:50:00Z, 403",
    "feed=iex&end=2026-11-20T17:00:02Z, 200",
    "feed=iex&end=2026-11-21, 200",
    "start=2026-11-20T16:00:00Z, 200"
  })
  void theConsolidatedFeedWithholdsAQuarterOfAnHourByTheEndAlone(String query, int status)
      throws Exception {
    Client client = new Client(traded(options()));
    for (String name : List.of("trades", "quotes")) {
      HttpResponse<String> response =
          client.get("/v2/stocks/" + name + "?symbols=AAPL&start=2026-11-20T14:00:00Z&" + query);

      assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
      if (status == 403) {
        assertThat(response.body())
            .contains("subscription does not permit querying recent SIP data");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "symbols=AAPL&limit=10001, larger than the allowed maximum of 10000",
    "symbols=AAPL&limit=0, invalid limit: 0",
    "symbols=AAPL&sort=up, invalid sort: up",
    "symbols=AAPL&feed=boats, invalid feed: boats",
    "symbols=AAPL&page_token=null, invalid page_token",
    "symbols=AAPL&page_token=QUFQTHw=, invalid page_token",
    "symbols=AAPL&start=2026-11-20&end=2026-11-19, end should not be before start",
    "symbols=AAPL&start=now, Invalid format for parameter start",
    "symbols=BRK-B, invalid symbol: BRK-B",
    "limit=1, query parameter 'symbols' is required"
  })
  void aRequestThatMakesNoSenseIsRefused(String query, String message) throws Exception {
    HttpResponse<String> response = client().get("/v2/stocks/trades?" + query);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Client.parse(response.body()).get("message").asText()).contains(message);
  }

  @Test
  void aRequestWithoutAKeyIsRefused() throws Exception {
    Client client = client();
    HttpRequest request = client.request(TRADES + "symbols=AAPL").build();

    assertThat(client.send(request).statusCode()).isEqualTo(401);
  }

  @Test
  void oldTradesOfTheConsolidatedFeedAreThoseOfTheTape() throws Exception {
    Client client = new Client(traded(options()));
    List<JsonNode> fresh = client.rows("trades", "AAPL", "feed=iex");
    clock.advance(Duration.ofMinutes(15));

    assertThat(client.rows("trades", "AAPL", "limit=50")).hasSize(90).isEqualTo(fresh);
  }

  /** The rows of a page as texts that sort by symbol and then by time. */
  private static List<String> keys(JsonNode page) {
    List<String> keys = new ArrayList<>();
    page.get("trades")
        .properties()
        .forEach(
            entry ->
                entry
                    .getValue()
                    .forEach(
                        trade ->
                            keys.add(
                                entry.getKey()
                                    + String.format(" %020d", trade.get("i").asLong()))));
    return keys;
  }
}
