package dev.caravan.simulator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.Client;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorTestBase;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultsTest extends SimulatorTestBase {
  private static final String CHART = "/v8/finance/chart/AAPL?range=1mo";
  private static final String DATA = BARS + "symbols=AAPL&timeframe=1Day";

  private Simulator simulator;
  private Client client;

  @BeforeEach
  void start() {
    simulator = start(options());
    client = new Client(simulator);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "YAHOO|429|Too Many Requests",
        "YAHOO|503|Will be right back",
        "YAHOO|404|No data found, symbol may be delisted",
        "YAHOO|401|Invalid Crumb",
        "ALPACA|429|{\"message\": \"too many requests.\"}",
        "ALPACA|500|{\"message\":\"internal server error\"}",
        "ALPACA|401|nginx",
        "ALPACA|403|forbidden."
      })
  void aStatusComesWithTheProvidersOwnBody(Provider provider, int status, String body)
      throws Exception {
    simulator.addFault(Fault.status(provider, status).times(1).with(Map.of("Retry-After", "30")));
    String target = provider == Provider.YAHOO ? CHART : DATA;

    HttpResponse<String> response = client.get(target);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).contains(body);
    assertThat(response.headers().firstValue("Retry-After")).contains("30");
    assertThat(client.get(target).statusCode()).isEqualTo(200);
  }

  @Test
  void aSlowAnswerIsTheTrueOne() throws Exception {
    String truth = client.get(CHART).body();
    simulator.addFault(Fault.of(Provider.YAHOO, Fault.Kind.SLOW).after(Duration.ofMillis(300)));

    long before = System.nanoTime();
    assertThat(client.get(CHART).body()).isEqualTo(truth);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(250));
  }

  @Test
  void aRequestHangsUntilTheSimulatorIsClosed() {
    simulator.addFault(Fault.of(Provider.ALPACA, Fault.Kind.HANG));

    CompletableFuture<HttpResponse<String>> hanging = client.getLater(DATA);
    await().until(() -> !simulator.requests().isEmpty());
    assertThat(hanging).isNotDone();
    simulator.close();
    await().until(hanging::isCompletedExceptionally);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RESET", "CLOSE_MID_BODY"})
  void aConnectionThatBreaksIsAnErrorOfTheClient(Fault.Kind kind) throws Exception {
    simulator.addFault(Fault.of(Provider.YAHOO, kind));

    assertThatThrownBy(() -> client.get(CHART)).isInstanceOf(IOException.class);
    simulator.clearFaults();
    assertThat(client.get(CHART).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {CHART, DATA})
  void malformedJsonIsAWholeMessage(String target) throws Exception {
    simulator.addFault(Fault.of(null, Fault.Kind.MALFORMED));

    HttpResponse<String> response = client.get(target);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThatThrownBy(() -> Client.parse(response.body()))
        .isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void aWebPageMayComeInsteadOfJson() throws Exception {
    simulator.addFault(Fault.of(Provider.YAHOO, Fault.Kind.HTML));

    HttpResponse<String> response = client.get(CHART);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains("text/html");
    assertThat(response.body()).startsWith("<html>");
  }

  @Test
  void anEmptyAnswerLooksGood() throws Exception {
    simulator.addFault(Fault.of(null, Fault.Kind.EMPTY));

    assertThat(client.get(DATA).body()).isEqualTo("{\"bars\":{},\"next_page_token\":null}");
    assertThat(client.chart("AAPL").get("meta")).isEmpty();
    assertThat(client.chart("AAPL").has("timestamp")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "STUCK_PAGES|endless-1, endless-1, endless-1",
        "CIRCLING_PAGES|endless-1, endless-2, endless-1",
        "REPEATED_PAGES|endless-1, endless-2, endless-3",
        "EMPTY_PAGES|endless-1, endless-2, endless-3"
      })
  void pagesLeadNowhereAndTheirTokensAreUnderstoodAfterwards(Fault.Kind kind, String tokens)
      throws Exception {
    for (String rows : List.of("bars", "trades", "quotes")) {
      String target =
          "/v2/stocks/"
              + rows
              + "?symbols=AAPL&limit=3&timeframe=1Min"
              + "&start=2025-11-19T14:30:00Z&end=2025-11-19T14:40:00Z";
      String truth = client.json(target).get(rows).toString();
      simulator.addFault(Fault.of(Provider.ALPACA, kind));

      String next = "";
      List<String> named = new ArrayList<>();
      for (int page = 1; page <= 3; page++) {
        JsonNode answer = client.json(target + next);
        boolean empty = kind == Fault.Kind.EMPTY_PAGES && page > 1;
        assertThat(answer.get(rows).toString()).isEqualTo(empty ? "{}" : truth);
        named.add(answer.get("next_page_token").asText());
        next = "&page_token=" + named.get(named.size() - 1);
      }
      assertThat(String.join(", ", named)).isEqualTo(tokens);

      simulator.clearFaults();
      assertThat(client.json(target + next).get(rows).toString()).isEqualTo(truth);
    }
  }

  @Test
  void pagesOfNewsAndOfActionsLeadNowhereAndWhatHasNoPagesIsTheTruth() throws Exception {
    String assets = client.get("/v2/assets?status=active").body();
    simulator.addFault(Fault.of(Provider.ALPACA, Fault.Kind.STUCK_PAGES));

    assertThat(client.json("/v1beta1/news?limit=1").get("next_page_token").asText())
        .isEqualTo("endless-1");
    assertThat(
            client
                .json("/v1/corporate-actions?symbols=AAPL&page_token=endless-1")
                .get("next_page_token")
                .asText())
        .isEqualTo("endless-1");
    assertThat(client.get("/v2/assets?status=active").body()).isEqualTo(assets);
  }

  @Test
  void faultsAreTriedInOrderAndCountedDownAndMatchedByTheTarget() throws Exception {
    simulator.addFault(Fault.status(Provider.YAHOO, 500).times(2).matching("/AAPL"));
    simulator.addFault(Fault.status(Provider.YAHOO, 502));

    assertThat(client.get(CHART).statusCode()).isEqualTo(500);
    assertThat(client.get("/v8/finance/chart/MSFT").statusCode()).isEqualTo(502);
    assertThat(simulator.faults().get(0).times()).isEqualTo(1);
    assertThat(client.get(CHART).statusCode()).isEqualTo(500);
    assertThat(client.get(CHART).statusCode()).isEqualTo(502);
    assertThat(client.get(DATA).statusCode()).isEqualTo(200);
  }

  @Test
  void aPersonCanAddListAndClearFaults() throws Exception {
    String fault =
        "{\"provider\":\"YAHOO\",\"kind\":\"STATUS\",\"times\":2,\"match\":\"AAPL\",\"status\":503,"
            + "\"headers\":{\"Retry-After\":\"7\"},\"delayMs\":5}";

    assertThat(control("POST", "/simulator/faults", fault).statusCode()).isEqualTo(204);
    assertThat(simulator.faults())
        .containsExactly(
            Fault.status(Provider.YAHOO, 503)
                .times(2)
                .matching("AAPL")
                .with(Map.of("Retry-After", "7"))
                .after(Duration.ofMillis(5)));
    assertThat(client.json("/simulator/faults")).isEqualTo(Client.parse("[" + fault + "]"));
    assertThat(client.get(CHART).statusCode()).isEqualTo(503);
    assertThat(control("DELETE", "/simulator/faults", "").statusCode()).isEqualTo(204);
    assertThat(simulator.faults()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|A fault needs a kind",
        "{\"kind\":\"STATUS\",\"status\":99}|status must be 200 to 599, but is 99",
        "{\"kind\":\"SLOW\",\"times\":0}|times must be 1 or more, or -1 for ever, but is 0",
        "{\"kind\":\"LOUD\"}|not one of the values accepted",
        "nonsense|Unrecognized token"
      })
  void aFaultThatMakesNoSenseIsRefusedWithTheReason(String fault, String reason) throws Exception {
    HttpResponse<String> response = control("POST", "/simulator/faults", fault);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Client.parse(response.body()).get("message").asText()).contains(reason);
  }

  private HttpResponse<String> control(String method, String path, String body) throws Exception {
    return client.send(
        client.request(path).method(method, HttpRequest.BodyPublishers.ofString(body)).build());
  }
}
