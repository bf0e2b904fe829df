package dev.caravan.simulator;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Asks a simulator over a real socket, as a browser at Yahoo and with a key at Alpaca. */
public final class Client {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final Simulator simulator;

  public Client(Simulator simulator) {
    this.simulator = simulator;
  }

  public HttpRequest.Builder request(String target) {
    return HttpRequest.newBuilder(URI.create(simulator.url() + target));
  }

  private HttpRequest known(String target) {
    return request(target)
        .header("User-Agent", "Mozilla/5.0")
        .header("APCA-API-KEY-ID", "key")
        .header("APCA-API-SECRET-KEY", "secret")
        .build();
  }

  public HttpResponse<String> get(String target) throws IOException, InterruptedException {
    return send(known(target));
  }

  public CompletableFuture<HttpResponse<String>> getLater(String target) {
    return HTTP.sendAsync(known(target), HttpResponse.BodyHandlers.ofString());
  }

  public HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }

  public JsonNode json(String target) throws IOException, InterruptedException {
    return MAPPER.readTree(get(target).body());
  }

  /** Every page of an answer, from the first to the one without a successor. */
  public List<JsonNode> pages(String target) throws IOException, InterruptedException {
    List<JsonNode> pages = new ArrayList<>();
    String token = "";
    do {
      JsonNode page = json(target + token);
      pages.add(page);
      token = "&page_token=" + page.get("next_page_token").asText();
    } while (!token.endsWith("=null"));
    return pages;
  }

  /** The rows of one symbol on all pages, in their order. */
  public List<JsonNode> rows(String name, String symbol, String query)
      throws IOException, InterruptedException {
    List<JsonNode> rows = new ArrayList<>();
    for (JsonNode page : pages("/v2/stocks/" + name + "?symbols=" + symbol + '&' + query)) {
      page.get(name).path(symbol).forEach(rows::add);
    }
    return rows;
  }

  /** The one result of a chart. */
  public JsonNode chart(String symbolAndQuery) throws IOException, InterruptedException {
    return json("/v8/finance/chart/" + symbolAndQuery).at("/chart/result/0");
  }

  public static JsonNode parse(String text) throws IOException {
    return MAPPER.readTree(text);
  }
}
