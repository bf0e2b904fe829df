package dev.caravan.simulator.alpaca;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.Client;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorTestBase;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LatestEndpointTest extends SimulatorTestBase {
  private static final String TODAY = "feed=iex&start=2026-11-20";

  private final Simulator simulator = start(options().withBackgroundTradesPerMinute(60));
  private final Client client = new Client(simulator);

  @Test
  void theLatestTradeIsTheLastOfTheHistoryThatMaySetAPrice() throws Exception {
    boolean oddLotsCameLater = false;
    for (int second = 0; second < 20; second++) {
      clock.advance(Duration.ofSeconds(1));
      List<JsonNode> history = client.rows("trades", "AAPL", TODAY);
      List<JsonNode> standing =
          history.stream()
              .filter(trade -> !trade.get("c").toString().contains("\"I\""))
              .filter(trade -> !trade.has("u") || trade.get("u").asText().equals("corrected"))
              .toList();
      JsonNode last = standing.get(standing.size() - 1);
      oddLotsCameLater |= !last.equals(history.get(history.size() - 1));

      assertThat(client.json("/v2/stocks/trades/latest?symbols=MSFT,AAPL").at("/trades/AAPL"))
          .isEqualTo(last);
      JsonNode one = client.json("/v2/stocks/AAPL/trades/latest");
      assertThat(names(one)).containsExactlyInAnyOrder("symbol", "trade");
      assertThat(one.get("symbol").asText()).isEqualTo("AAPL");
      assertThat(one.get("trade")).isEqualTo(last);
    }
    assertThat(oddLotsCameLater).isTrue();
  }

  @Test
  void theLatestQuoteAndBarAreTheLastOfTheHistory() throws Exception {
    clock.advance(Duration.ofSeconds(30));
    JsonNode quote = last(client.rows("quotes", "AAPL", TODAY));
    JsonNode bar = last(client.rows("bars", "AAPL", TODAY + "&timeframe=1Min"));
    assertThat(bar.get("t").asText()).as("that has ended").isEqualTo("2026-11-20T16:59:00Z");

    assertThat(client.json("/v2/stocks/AAPL/quotes/latest").get("quote")).isEqualTo(quote);
    assertThat(client.json("/v2/stocks/quotes/latest?symbols=AAPL").at("/quotes/AAPL"))
        .isEqualTo(quote);
    assertThat(client.json("/v2/stocks/AAPL/bars/latest").get("bar")).isEqualTo(bar);
    assertThat(client.json("/v2/stocks/bars/latest?symbols=AAPL").at("/bars/AAPL")).isEqualTo(bar);
  }

  @Test
  void aSnapshotJoinsTheNewestOfEverything() throws Exception {
    JsonNode many = client.json("/v2/stocks/snapshots?symbols=MSFT,AAPL,ZZZZ");
    assertThat(names(many)).containsExactly("AAPL", "MSFT");
    JsonNode snapshot = many.get("AAPL");
    assertThat(names(snapshot))
        .containsExactly("dailyBar", "latestQuote", "latestTrade", "minuteBar", "prevDailyBar");
    assertThat(snapshot.get("latestTrade"))
        .isEqualTo(client.json("/v2/stocks/AAPL/trades/latest").get("trade"));
    assertThat(snapshot.get("latestQuote"))
        .isEqualTo(client.json("/v2/stocks/AAPL/quotes/latest").get("quote"));
    assertThat(snapshot.get("minuteBar"))
        .isEqualTo(client.json("/v2/stocks/AAPL/bars/latest").get("bar"));
    List<JsonNode> days =
        client.rows("bars", "AAPL", "feed=iex&timeframe=1Day&start=2026-11-19&end=2026-11-21");
    assertThat(days.get(0).get("t").asText()).isEqualTo("2026-11-19T05:00:00Z");
    assertThat(snapshot.get("prevDailyBar")).isEqualTo(days.get(0));
    assertThat(snapshot.get("dailyBar")).isEqualTo(days.get(1));

    JsonNode one = client.json("/v2/stocks/AAPL/snapshot");
    assertThat(one.get("symbol").asText()).isEqualTo("AAPL");
    List<String> names = new ArrayList<>(names(snapshot));
    names.add("symbol");
    assertThat(names(one)).containsExactlyElementsOf(names);
    assertThat(one.get("minuteBar")).isEqualTo(snapshot.get("minuteBar"));
  }

  @Test
  void overTheWeekendTheLastOfFridayStaysTheLatest() throws Exception {
    clock.set("2026-11-22T17:00:00Z");
    JsonNode snapshot = client.json("/v2/stocks/AAPL/snapshot");

    assertThat(snapshot.at("/latestTrade/t").asText()).startsWith("2026-11-21T00:59:");
    assertThat(snapshot.at("/minuteBar/t").asText()).isEqualTo("2026-11-21T00:59:00Z");
    assertThat(snapshot.at("/dailyBar/t").asText()).isEqualTo("2026-11-20T05:00:00Z");
    assertThat(snapshot.at("/prevDailyBar/t").asText()).isEqualTo("2026-11-19T05:00:00Z");
  }

  @Test
  void theDelayedTapeIsAQuarterOfAnHourBehind() throws Exception {
    assertThat(
            client.json("/v2/stocks/AAPL/trades/latest?feed=delayed_sip").at("/trade/t").asText())
        .startsWith("2026-11-20T16:44:");
    JsonNode bar = client.json("/v2/stocks/AAPL/bars/latest?feed=delayed_sip").get("bar");
    assertThat(bar)
        .isEqualTo(
            last(
                client.rows(
                    "bars", "AAPL", "timeframe=1Min&start=2026-11-20&end=2026-11-20T16:44:59Z")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"trade", "quote", "bar", "snapshot"})
  void whatIsUnknownIsAbsentAndAloneNotFound(String kind) throws Exception {
    String many = kind.equals("snapshot") ? "snapshots" : kind + "s/latest";
    String one = kind.equals("snapshot") ? "snapshot" : kind + "s/latest";

    assertThat(client.json("/v2/stocks/" + many + "?symbols=ZZZZ").toString())
        .isEqualTo(kind.equals("snapshot") ? "{}" : "{\"" + kind + "s\":{}}");
    HttpResponse<String> missing = client.get("/v2/stocks/ZZZZ/" + one);
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.body()).startsWith("{\"message\":");
  }

  @Test
  void anEmptyAnswerOnDemandHasTheShapeOfItsKind() throws Exception {
    simulator.addFault(Fault.of(Provider.ALPACA, Fault.Kind.EMPTY).times(2));
    assertThat(client.json("/v2/stocks/quotes/latest?symbols=AAPL").toString())
        .isEqualTo("{\"quotes\":{}}");
    assertThat(client.json("/v2/stocks/snapshots?symbols=AAPL").toString()).isEqualTo("{}");
  }

  @ParameterizedTest
  @CsvSource({
    "symbols=AAPL&feed=sip, 403, subscription does not permit querying recent SIP data",
    "symbols=AAPL&feed=other, 400, invalid feed: other",
    "symbols=BRK-B, 400, invalid symbol: BRK-B",
    "feed=iex, 400, query parameter 'symbols' is required"
  })
  void aRequestThatMakesNoSenseIsRefused(String query, int status, String message)
      throws Exception {
    HttpResponse<String> response = client.get("/v2/stocks/snapshots?" + query);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(Client.parse(response.body()).get("message").asText()).contains(message);
  }

  private static JsonNode last(List<JsonNode> rows) {
    return rows.get(rows.size() - 1);
  }

  private static List<String> names(JsonNode object) {
    return StreamSupport.stream(((Iterable<String>) object::fieldNames).spliterator(), false)
        .toList();
  }
}
