package dev.caravan.simulator.newsapi;

import dev.caravan.simulator.exchange.Json;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.Admission;
import dev.caravan.simulator.server.Provider;
import dev.caravan.simulator.server.ProviderService;
import dev.caravan.simulator.server.RefusedQuery;
import dev.caravan.simulator.server.ServedAnswer;
import dev.caravan.simulator.server.ServedQuery;
import dev.caravan.simulator.tape.News;
import dev.caravan.simulator.tape.NewsDesk;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * NewsAPI's {@code /v2/top-headlines}, as a developer's account sees it: its key, the words of its
 * errors, and the newest of the exchange's news as headlines. It limits nothing by itself; a fault
 * makes it refuse with 429.
 */
public final class NewsApiService implements ProviderService {
  private static final String JSON = "application/json; charset=utf-8";
  private static final String KEY = "X-Api-Key";
  private static final String WRONG_KEY = "BAD";
  private static final int HEADLINES = 36;
  private static final int DEFAULT_PAGE_SIZE = 20;
  private static final int MAX_PAGE_SIZE = 100;
  private static final Duration OLDEST = Duration.ofDays(2);

  private final NewsDesk desk;
  private final Clock clock;

  public NewsApiService(NewsDesk desk, SimulatorOptions options) {
    this.desk = desk;
    this.clock = options.clock();
  }

  @Override
  public Provider provider() {
    return Provider.NEWSAPI;
  }

  @Override
  public Admission admit(ServedQuery request) {
    return Admission.FREE;
  }

  @Override
  public ServedAnswer error(int status) {
    return switch (status) {
      case 401 ->
          error(
              401,
              "apiKeyInvalid",
              "Your API key is invalid or incorrect. Check your key, or go to https://newsapi.org"
                  + " to create a free API key.");
      case 426 ->
          error(
              426,
              "maximumResultsReached",
              "You have requested too many results. Developer accounts are limited to a max of 100"
                  + " results.");
      case 429 ->
          error(
              429,
              "rateLimited",
              "You have made too many requests recently. Developer accounts are limited to 100"
                  + " requests over a 24 hour period (50 requests available every 12 hours).");
      default -> error(status, "unexpectedError", "An unexpected error occurred.");
    };
  }

  @Override
  public ServedAnswer empty(ServedQuery request) {
    return ServedAnswer.of(200, JSON, "{\"status\":\"ok\",\"totalResults\":0,\"articles\":[]}");
  }

  /** One page of headlines, the newest first. One of them was taken down. */
  public ServedAnswer headlines(ServedQuery request) {
    checkKey(request);
    List<String> narrowing = List.of("country", "category", "sources", "q");
    if (narrowing.stream().allMatch(name -> request.parameter(name).isEmpty())) {
      throw new RefusedQuery(
          error(400, "parametersMissing", "Required parameters are missing: " + narrowing));
    }
    int size = Math.min(number(request, "pageSize", DEFAULT_PAGE_SIZE), MAX_PAGE_SIZE);
    int page = number(request, "page", 1);
    if ((long) size * (page - 1) >= MAX_PAGE_SIZE) {
      throw new RefusedQuery(error(426));
    }
    // The documents list this country alone; others are answered with nothing.
    if (request.parameter("country").filter(country -> !country.equals("us")).isPresent()) {
      return empty(request);
    }
    List<News> all = newest();
    List<News> shown = all.stream().skip((long) size * (page - 1)).limit(size).toList();
    return new ServedAnswer(
        200,
        JSON,
        Json.write(
            json -> {
              json.writeStartObject();
              json.writeStringField("status", "ok");
              json.writeNumberField("totalResults", all.size());
              json.writeArrayFieldStart("articles");
              for (News item : shown) {
                boolean removed = item == all.get(all.size() - 1);
                json.writeStartObject();
                json.writeObjectFieldStart("source");
                json.writeNullField("id");
                json.writeStringField("name", removed ? "[Removed]" : "Caravan Newsdesk");
                json.writeEndObject();
                json.writeNullField("author");
                json.writeStringField(
                    "title", removed ? "[Removed]" : item.headline() + " - Caravan Newsdesk");
                json.writeStringField("description", removed ? "[Removed]" : item.summary());
                json.writeStringField("url", removed ? "https://removed.com" : item.url());
                json.writeNullField("urlToImage");
                json.writeStringField(
                    "publishedAt",
                    removed
                        ? "1970-01-01T00:00:00Z"
                        : item.createdAt().truncatedTo(ChronoUnit.SECONDS).toString());
                json.writeStringField("content", removed ? "[Removed]" : null);
                json.writeEndObject();
              }
              json.writeEndArray();
              json.writeEndObject();
            }),
        Map.of());
  }

  private List<News> newest() {
    Instant now = clock.instant();
    List<News> newest = new ArrayList<>();
    Iterator<News> items = desk.editions(now.minus(OLDEST), now, false);
    while (items.hasNext() && newest.size() < HEADLINES) {
      newest.add(items.next());
    }
    return newest;
  }

  private void checkKey(ServedQuery request) {
    String key =
        request.header(KEY).isEmpty()
            ? request.parameter("apiKey").orElse("")
            : request.header(KEY);
    if (key.isEmpty()) {
      throw new RefusedQuery(
          error(
              401,
              "apiKeyMissing",
              "Your API key is missing. Append this to the URL with the apiKey param, or use the"
                  + " x-api-key HTTP header."));
    }
    if (key.startsWith(WRONG_KEY)) {
      throw new RefusedQuery(error(401));
    }
  }

  private static int number(ServedQuery request, String name, int usual) {
    String text = request.parameter(name).orElse(Integer.toString(usual));
    if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) < 1) {
      throw new RefusedQuery(error(400, "parameterInvalid", "Invalid " + name + ": " + text));
    }
    return Integer.parseInt(text);
  }

  private static ServedAnswer error(int status, String code, String message) {
    byte[] body =
        Json.write(
            json -> {
              json.writeStartObject();
              json.writeStringField("status", "error");
              json.writeStringField("code", code);
              json.writeStringField("message", message);
              json.writeEndObject();
            });
    return new ServedAnswer(status, JSON, body, Map.of());
  }
}
