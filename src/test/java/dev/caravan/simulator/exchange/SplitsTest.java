package dev.caravan.simulator.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.Client;
import dev.caravan.simulator.SimulatorTestBase;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SplitsTest extends SimulatorTestBase {
  private static final String SPLIT =
      "{\"symbol\":\"AAPL\",\"date\":\"2026-11-19\",\"numerator\":4,\"denominator\":1}";
  private static final String DAYS =
      "/v2/stocks/AAPL/bars?timeframe=1Day&start=2026-11-17&end=2026-11-19";
  private static final String CHART = "AAPL?range=1y&interval=1d&events=div,splits";

  @Test
  void aSplitDividesAlpacasRawPricesFromItsDateAndRewritesYahoosHistory() throws Exception {
    Client client = client();
    JsonNode daysBefore = client.json(DAYS).get("bars");
    JsonNode chartBefore = client.chart(CHART);

    assertThat(split(client, SPLIT).statusCode()).isEqualTo(204);

    JsonNode days = client.json(DAYS).get("bars");
    assertThat(days.get(0)).isEqualTo(daysBefore.get(0));
    assertThat(days.get(1)).isEqualTo(daysBefore.get(1));
    assertThat(days.get(2).get("c").doubleValue())
        .isCloseTo(daysBefore.get(2).get("c").doubleValue() / 4, within(0.005));
    assertThat(days.get(2).get("v").longValue())
        .isEqualTo(daysBefore.get(2).get("v").longValue() * 4);
    JsonNode adjusted = client.json(DAYS + "&adjustment=split").get("bars");
    assertThat(adjusted.get(0).get("c").doubleValue())
        .isCloseTo(daysBefore.get(0).get("c").doubleValue() / 4, within(0.005));
    assertThat(adjusted.get(2)).isEqualTo(days.get(2));

    JsonNode chart = client.chart(CHART);
    assertThat(chart.get("timestamp")).isEqualTo(chartBefore.get("timestamp"));
    JsonNode close = chart.at("/indicators/quote/0/close");
    JsonNode closeBefore = chartBefore.at("/indicators/quote/0/close");
    int live = close.size() - 1;
    for (int i = 0; i < live; i++) {
      assertThat(close.get(i).doubleValue())
          .isCloseTo(closeBefore.get(i).doubleValue() / 4, within(0.006));
    }
    assertThat(close.get(live).doubleValue())
        .isCloseTo(closeBefore.get(live).doubleValue() / 4, within(0.05));
    int rowOfSplit = live - 1;
    assertThat(close.get(rowOfSplit).doubleValue())
        .isEqualTo((double) days.get(2).get("c").floatValue());
    long opened = Instant.parse("2026-11-19T14:30:00Z").getEpochSecond();
    assertThat(chart.at("/events/splits/" + opened))
        .isEqualTo(
            Client.parse(
                "{\"date\":"
                    + opened
                    + ",\"numerator\":4.0,\"denominator\":1.0,\"splitRatio\":\"4:1\"}"));
    chartBefore
        .at("/events/dividends")
        .properties()
        .forEach(
            entry ->
                assertThat(
                        chart.at("/events/dividends/" + entry.getKey() + "/amount").doubleValue())
                    .isEqualTo(entry.getValue().get("amount").doubleValue() / 4));
  }

  @Test
  void aSplitToComeChangesNothingYet() throws Exception {
    Client client = client();
    JsonNode before = client.chart(CHART);

    split(client, SPLIT.replace("2026-11-19", "2026-11-23"));

    assertThat(client.chart(CHART)).isEqualTo(before);
    clock.set("2026-11-23T15:00:00Z");
    assertThat(client.chart(CHART).at("/events/splits")).hasSize(1);
  }

  @Test
  void aSplitMayBeToldBeforeYahoosHistoryHasIt() throws Exception {
    Client client = client();
    JsonNode before = client.chart(CHART).at("/indicators/quote/0/close");
    int rowOfSplit = before.size() - 2;

    split(client, SPLIT.replace("}", ",\"adjustedFrom\":\"2026-11-23\"}"));

    JsonNode told = client.chart(CHART);
    assertThat(told.at("/events/splits")).hasSize(1);
    JsonNode close = told.at("/indicators/quote/0/close");
    assertThat(close.get(rowOfSplit - 1)).isEqualTo(before.get(rowOfSplit - 1));
    assertThat(close.get(rowOfSplit).doubleValue())
        .isCloseTo(before.get(rowOfSplit).doubleValue() / 4, within(0.006));
    clock.set("2026-11-23T15:00:00Z");
    assertThat(
            client.chart(CHART).at("/indicators/quote/0/close").get(rowOfSplit - 2).doubleValue())
        .isCloseTo(before.get(rowOfSplit - 1).doubleValue() / 4, within(0.006));
  }

  @Test
  void aHaltedShareHasNoSessionAndComesBackAtAnotherPriceAtBothProviders() throws Exception {
    Client client = client();
    JsonNode before = client.json(DAYS).get("bars");
    String halt =
        "{\"symbol\":\"AAPL\",\"from\":\"2026-11-18\",\"to\":\"2026-11-19\",\"factor\":0.002}";

    assertThat(post(client, "/simulator/halts", halt).statusCode()).isEqualTo(204);

    JsonNode days = client.json(DAYS).get("bars");
    assertThat(days).hasSize(2);
    assertThat(days.get(0)).isEqualTo(before.get(0));
    double reopened = days.get(1).get("c").doubleValue();
    assertThat(reopened).isCloseTo(before.get(2).get("c").doubleValue() * 0.002, within(1e-6));
    JsonNode close = client.chart(CHART).at("/indicators/quote/0/close");
    assertThat(close.get(close.size() - 2).doubleValue()).isEqualTo((float) reopened);
    assertThat(post(client, "/simulator/halts", "{\"symbol\":\"AAPL\"}").body())
        .contains("A halt needs");
  }

  @Test
  void aChangeOfCurrencyIsOneOfTheWholeHistory() throws Exception {
    Client client = client();
    String chart = "VOD.L?range=1mo&interval=1d";
    JsonNode pence = client.chart(chart);
    String change =
        "{\"symbol\":\"VOD.L\",\"from\":\"2026-11-20\",\"currency\":\"GBP\",\"divisor\":100}";

    assertThat(post(client, "/simulator/currencies", change).statusCode()).isEqualTo(204);

    JsonNode pounds = client.chart(chart);
    assertThat(pence.at("/meta/currency").asText()).isEqualTo("GBp");
    assertThat(pounds.at("/meta/currency").asText()).isEqualTo("GBP");
    for (int i = 0; i < pence.get("timestamp").size(); i++) {
      assertThat(pounds.at("/indicators/quote/0/close/" + i).doubleValue())
          .isCloseTo(pence.at("/indicators/quote/0/close/" + i).doubleValue() / 100, within(1e-5));
    }
    assertThat(post(client, "/simulator/currencies", "{\"symbol\":\"VOD.L\"}").body())
        .contains("A change of currency needs");
  }

  @Test
  void aSplitThatMakesNoSenseIsRefusedWithTheReason() throws Exception {
    Client client = client();

    assertThat(split(client, "{\"symbol\":\"AAPL\"}").body()).contains("A split needs");
    assertThat(split(client, SPLIT.replace("2026-11-19", "soon")).statusCode()).isEqualTo(400);
  }

  private static HttpResponse<String> split(Client client, String body) throws Exception {
    return post(client, "/simulator/splits", body);
  }

  private static HttpResponse<String> post(Client client, String path, String body)
      throws Exception {
    return client.send(
        client.request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build());
  }
}
