package dev.caravan.simulator.alpaca;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.Client;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorTestBase;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.exchange.Split;
import java.net.http.HttpRequest;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActionsEndpointTest extends SimulatorTestBase {
  private static final String PATH = "/v1/corporate-actions?start=2025-11-20&end=2026-12-20";
  private static final String SYMBOLS = "&symbols=AAPL,MSFT,JPM,SPY,BRK.B,KO,XOM";

  @Test
  void splitsAreToldWithTheirRatesAndAnnouncedBeforehand() throws Exception {
    Simulator simulator = start(options());
    simulator.addSplit(new Split("BRK.B", LocalDate.of(2026, 12, 1), 50, 1));
    simulator.addSplit(new Split("ZZZZ", LocalDate.of(2026, 11, 2), 1, 30));
    simulator.addSplit(new Split("JPM", LocalDate.of(2026, 11, 2), 1, 30));

    JsonNode actions =
        new Client(simulator).json(PATH + "&symbols=BRK.B,JPM,NOSUCH").get("corporate_actions");

    assertThat(actions.at("/forward_splits/0/id").asText()).hasSize(36);
    assertThat(actions.get("forward_splits")).hasSize(1);
    assertThat(actions.at("/forward_splits/0/symbol").asText()).isEqualTo("BRK.B");
    assertThat(actions.at("/forward_splits/0/new_rate").intValue()).isEqualTo(50);
    assertThat(actions.at("/forward_splits/0/old_rate").intValue()).isEqualTo(1);
    assertThat(actions.at("/forward_splits/0/ex_date").asText()).isEqualTo("2026-12-01");
    assertThat(actions.get("reverse_splits")).hasSize(1);
    assertThat(actions.at("/reverse_splits/0/symbol").asText()).isEqualTo("JPM");
    assertThat(actions.at("/reverse_splits/0/old_rate").intValue()).isEqualTo(30);
  }

  @Test
  void dividendsAreThoseOfYahoosChartInAlpacasWords() throws Exception {
    Client client = client();
    int payers = 0;
    for (String symbol : List.of("AAPL", "MSFT", "JPM", "SPY")) {
      List<String> alpaca = new ArrayList<>();
      client
          .json(PATH + "&symbols=" + symbol)
          .at("/corporate_actions/cash_dividends")
          .forEach(row -> alpaca.add(row.get("rate").asText()));
      List<Double> yahoo = new ArrayList<>();
      client
          .chart(symbol + "?range=1y&interval=1d&events=div")
          .at("/events/dividends")
          .forEach(row -> yahoo.add(row.get("amount").doubleValue()));
      assertThat(alpaca).hasSameSizeAs(yahoo);
      assertThat(new TreeSet<>(alpaca.stream().map(Double::valueOf).toList()))
          .isEqualTo(new TreeSet<>(yahoo));
      payers += alpaca.isEmpty() ? 0 : 1;
    }
    assertThat(payers).isPositive();
  }

  @Test
  void aRenameIsAnnouncedAndToldUnderBothSymbols() throws Exception {
    Client client =
        new Client(
            start(
                options()
                    .withRenamed("NKE", "SWSH", LocalDate.of(2026, 12, 1))
                    .withDelisted("PFE", LocalDate.of(2026, 12, 1))));

    for (String symbol : List.of("NKE", "SWSH", "NKE,SWSH")) {
      assertThat(client.json(PATH + "&symbols=" + symbol).at("/corporate_actions/name_changes"))
          .singleElement()
          .satisfies(
              rename -> {
                assertThat(rename.get("id").asText()).hasSize(36);
                assertThat(rename.get("old_symbol").asText()).isEqualTo("NKE");
                assertThat(rename.get("new_symbol").asText()).isEqualTo("SWSH");
                assertThat(rename.get("old_cusip").asText()).matches("[0-9]{9}");
                assertThat(rename.get("new_cusip").asText())
                    .matches("[0-9]{9}")
                    .isNotEqualTo(rename.get("old_cusip").asText());
                assertThat(rename.get("process_date").asText()).isEqualTo("2026-12-01");
                assertThat(rename.has("symbol")).isFalse();
                assertThat(rename.has("ex_date")).isFalse();
              });
    }
    assertThat(
            client
                .json(
                    "/v1/corporate-actions?start=2026-11-20&end=2026-11-30&symbols=NKE,SWSH,PFE,KO")
                .at("/corporate_actions/name_changes"))
        .as("not in the range, and a delisting is no rename")
        .isEmpty();
  }

  @Test
  void aShareThatWasDelistedPaysNoMore() throws Exception {
    // Of the shares of this test some pay; all of them end before the dividends of November 2026.
    SimulatorOptions ended = options();
    for (String symbol : List.of("AAPL", "MSFT", "JPM", "SPY")) {
      ended = ended.withDelisted(symbol, LocalDate.of(2026, 10, 30));
    }
    JsonNode dividends =
        new Client(start(ended))
            .json(PATH + "&symbols=AAPL,MSFT,JPM,SPY")
            .at("/corporate_actions/cash_dividends");

    assertThat(dividends).isNotEmpty();
    assertThat(dividends).allMatch(row -> date(row).compareTo("2026-10-30") < 0);
  }

  @Test
  void pagesHoldTheSameRowsInTheSameOrderAsOneAnswer() throws Exception {
    Client client = client();
    List<JsonNode> all = new ArrayList<>();
    client.json(PATH + SYMBOLS).at("/corporate_actions/cash_dividends").forEach(all::add);
    assertThat(all).hasSizeGreaterThan(3);

    List<JsonNode> paged = new ArrayList<>();
    List<JsonNode> pages = client.pages(PATH + SYMBOLS + "&limit=2");
    pages.forEach(page -> page.at("/corporate_actions/cash_dividends").forEach(paged::add));

    assertThat(paged).isEqualTo(all);
    assertThat(pages).hasSize((all.size() + 1) / 2);
    assertThat(all).isSortedAccordingTo((a, b) -> date(a).compareTo(date(b)));
    List<JsonNode> down = new ArrayList<>();
    client
        .json(PATH + SYMBOLS + "&sort=desc")
        .at("/corporate_actions/cash_dividends")
        .forEach(row -> down.add(0, row));
    assertThat(down).isEqualTo(all);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "symbols=AAPL&start=2026-11-20&end=2026-11-19 | end should not be before start",
        "symbols=ATC.220816 | invalid symbol: ATC.220816",
        "start=2026-11-20 | Invalid format for parameter symbols: query parameter 'symbols' is required",
        "symbols=AAPL&limit=1001 | invalid limit: 1001",
        "symbols=AAPL&start=soon | Invalid format for parameter start",
        "symbols=AAPL&page_token=null | invalid page_token: null"
      })
  void whatMakesNoSenseIsRefused(String query, String message) throws Exception {
    assertThat(client().json("/v1/corporate-actions?" + query).get("message").asText())
        .isEqualTo(message);
  }

  @Test
  void aWrongKeyIsAnsweredAsOnTheDataHost() throws Exception {
    Client client = client();
    assertThat(client.send(client.request(PATH + SYMBOLS).build()).statusCode()).isEqualTo(401);
  }

  @Test
  void whatIsToldByHandIsToldUntilItIsWithdrawnAndAPageMayEndWithinADay() throws Exception {
    Simulator simulator = start(options());
    Client client = new Client(simulator);
    post(
        client,
        "/simulator/actions",
        "{\"id\":\"one\",\"kind\":\"cash_dividends\",\"symbol\":\"QB\",\"date\":\"2026-11-02\",\"rate\":0.2}");
    post(
        client,
        "/simulator/actions",
        "{\"id\":\"two\",\"kind\":\"cash_dividends\",\"symbol\":\"QB\",\"date\":\"2026-11-02\",\"rate\":0.3}");
    post(client, "/simulator/actions/pages", "{\"most\":1}");

    assertThat(client.pages(PATH + "&symbols=QB"))
        .extracting(page -> page.at("/corporate_actions/cash_dividends/0/id").asText())
        .containsExactly("one", "two");

    post(
        client,
        "/simulator/actions",
        "{\"id\":\"two\",\"kind\":\"cash_dividends\",\"symbol\":\"QB\",\"date\":\"2026-11-03\",\"rate\":0.4}");
    post(client, "/simulator/actions/withdrawn", "{\"id\":\"one\"}");

    assertThat(client.pages(PATH + "&symbols=QB"))
        .singleElement()
        .satisfies(
            page -> {
              assertThat(page.at("/corporate_actions/cash_dividends")).hasSize(1);
              assertThat(page.at("/corporate_actions/cash_dividends/0/rate").asText())
                  .isEqualTo("0.4");
              assertThat(page.at("/corporate_actions/cash_dividends/0/ex_date").asText())
                  .isEqualTo("2026-11-03");
            });
  }

  private static void post(Client client, String path, String body) throws Exception {
    assertThat(
            client
                .send(client.request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build())
                .statusCode())
        .isEqualTo(204);
  }

  private static String date(JsonNode row) {
    return row.get("ex_date").asText();
  }
}
