package dev.caravan.simulator.alpaca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.simulator.Client;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorTestBase;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.simulator.server.ServedRequest;
import dev.caravan.simulator.stream.StreamClientProbe;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NewsEndpointTest extends SimulatorTestBase {
  private static final String DAY = "/v1beta1/news?start=2026-11-19&limit=50";

  @Test
  void restServesTheNewestEditionOfEachItemThatTheStreamTold() throws Exception {
    Simulator simulator = start(options());
    StreamClientProbe probe = StreamClientProbe.authenticated(simulator, "/v1beta1/news", "key");
    probe.subscribe("\"news\":[\"*\"]");
    clock.advance(Duration.ofHours(3));
    long told = simulator.stream().news("told", List.of("IBM"));
    long other = simulator.stream().news("other", List.of("AAPL", "IBM"));
    clock.advance(Duration.ofSeconds(1));
    simulator.stream().editNews(told, "told again");
    probe.awaitMessage("told again");
    assertThat(told).isNotEqualTo(other);

    Map<String, JsonNode> newest = new TreeMap<>();
    for (JsonNode item : probe.ofType("n")) {
      ObjectNode fields = item.deepCopy();
      fields.remove("T");
      newest.put(item.get("id").asText(), fields);
    }
    Map<String, JsonNode> served = new TreeMap<>();
    String query =
        "/v1beta1/news?sort=asc&limit=50&include_content=true&start=2026-11-20T17:00:00.001Z";
    for (JsonNode page : new Client(simulator).pages(query)) {
      for (JsonNode item : page.get("news")) {
        ObjectNode fields = item.deepCopy();
        assertThat(fields.remove("images").isArray()).isTrue();
        assertThat(served.put(item.get("id").asText(), fields)).isNull();
      }
    }
    // An item from before the stream began may have been edited since.
    assertThat(served).hasSizeGreaterThan(60).isEqualTo(newest);
  }

  @Test
  void pagesAreOrderedByEditionInBothDirectionsAndHoldTheSame() throws Exception {
    Client client = client();
    List<String> ascending = ids(client.pages(DAY + "&sort=asc"));
    List<JsonNode> pages = client.pages(DAY);
    List<String> descending = ids(pages);
    Collections.reverse(descending);

    assertThat(pages).hasSizeGreaterThan(10);
    assertThat(pages.get(0).get("news")).hasSize(50);
    assertThat(ascending).doesNotHaveDuplicates().isEqualTo(descending);
    Instant before = Instant.MIN;
    for (JsonNode item : client.json(DAY + "&sort=asc").get("news")) {
      Instant at = Instant.parse(item.get("updated_at").asText());
      assertThat(at).isAfterOrEqualTo(before);
      assertThat(item.get("content").asText()).isEmpty();
      before = at;
    }
  }

  @Test
  void symbolsAndTimesNarrowTheAnswer() throws Exception {
    Client client = client();
    JsonNode all = client.json(DAY).get("news");
    String symbol = all.get(0).get("symbols").get(0).asText();
    for (JsonNode item : client.json(DAY + "&symbols=" + symbol).get("news")) {
      assertThat(item.get("symbols").toString()).contains('"' + symbol + '"');
    }
    String at = all.get(3).get("updated_at").asText();
    assertThat(client.json("/v1beta1/news?start=" + at + "&end=" + at).get("news"))
        .containsExactly(all.get(3));
    assertThat(client.json("/v1beta1/news?start=2026-11-21&end=2026-11-22").get("news")).isEmpty();
  }

  @Test
  void whatMakesNoSenseIsRefusedInAlpacasWords() throws Exception {
    Client client = client();
    assertThat(client.get("/v1beta1/news?limit=51").body())
        .contains("invalid limit: larger than the allowed maximum of 50");
    assertThat(client.get("/v1beta1/news?start=2026-11-20&end=2026-11-19").body())
        .contains("end should not be before start");
    assertThat(client.get("/v1beta1/news?page_token=null").statusCode()).isEqualTo(400);
    assertThat(client.get("/v1beta1/news?symbols=BRK-B").body()).contains("invalid symbol: BRK-B");
    assertThat(client.send(client.request("/v1beta1/news").build()).statusCode()).isEqualTo(401);
  }

  @Test
  void headlinesNeedAKeyAndAreTheNewestNews() throws Exception {
    Simulator simulator = start(options());
    Client client = new Client(simulator);
    String target = "/v2/top-headlines?country=us&category=business&pageSize=100";
    HttpResponse<String> refused = client.send(client.request(target).build());
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(Client.parse(refused.body()).get("code").asText()).isEqualTo("apiKeyMissing");

    JsonNode answer = headlines(client, target);
    assertThat(answer.get("status").asText()).isEqualTo("ok");
    assertThat(answer.get("totalResults").asInt()).isEqualTo(answer.get("articles").size());
    assertThat(answer.get("articles").get(0).get("url"))
        .isEqualTo(client.json(DAY).get("news").get(0).get("url"));
    assertThat(answer.toString()).contains("\"[Removed]\"");
    assertThat(headlines(client, target + "&page=2").get("code").asText())
        .isEqualTo("maximumResultsReached");
  }

  @Test
  void aFaultMakesNewsapiRefuseAlone() throws Exception {
    Simulator simulator = start(options());
    simulator.addFault(Fault.status(Provider.NEWSAPI, 429).times(1));
    Client client = new Client(simulator);
    assertThat(client.get(DAY).statusCode()).isEqualTo(200);
    String target = "/v2/top-headlines?country=us";
    assertThat(headlines(client, target).get("code").asText()).isEqualTo("rateLimited");
    assertThat(headlines(client, target).get("status").asText()).isEqualTo("ok");
    await().until(() -> simulator.requests().size() == 3);
    assertThat(simulator.requests())
        .extracting(ServedRequest::provider)
        .containsExactly(Provider.ALPACA, Provider.NEWSAPI, Provider.NEWSAPI);
  }

  private static JsonNode headlines(Client client, String target) throws Exception {
    return Client.parse(
        client.send(client.request(target).header("X-Api-Key", "key").build()).body());
  }

  private static List<String> ids(List<JsonNode> pages) {
    List<String> ids = new ArrayList<>();
    pages.forEach(page -> page.get("news").forEach(item -> ids.add(item.get("id").asText())));
    return ids;
  }
}
