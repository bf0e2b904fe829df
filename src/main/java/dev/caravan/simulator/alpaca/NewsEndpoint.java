package dev.caravan.simulator.alpaca;

import dev.caravan.simulator.exchange.Json;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.exchange.Timeframe;
import dev.caravan.simulator.server.ServedAnswer;
import dev.caravan.simulator.server.ServedQuery;
import dev.caravan.simulator.tape.News;
import dev.caravan.simulator.tape.NewsDesk;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Answers {@code /v1beta1/news} with the items that the news stream tells, each as its newest
 * edition, by the time of that edition.
 */
public final class NewsEndpoint {
  private static final Instant FIRST = Instant.parse("2015-01-01T00:00:00Z");
  private static final int DEFAULT_LIMIT = 10;
  private static final int MAX_LIMIT = 50;
  private static final long MILLION = 1_000_000L;

  private final NewsDesk desk;
  private final AlpacaService service;
  private final Clock clock;

  /** The last item of the page before: base64 of {@code updated_at in nanoseconds|id}. */
  private record Token(Instant updatedAt, long id) {
    static Token of(News item) {
      return new Token(item.updatedAt(), item.id());
    }

    static Token parse(String text) {
      try {
        String[] parts =
            new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8).split("\\|");
        return new Token(
            Instant.ofEpochMilli(Long.parseLong(parts[0]) / MILLION), Long.parseLong(parts[1]));
      } catch (IllegalArgumentException | IndexOutOfBoundsException malformed) {
        throw BarsQuery.bad("invalid page_token: " + text);
      }
    }

    public String text() {
      String plain = updatedAt.toEpochMilli() * MILLION + "|" + id;
      return Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether an item was on the page before or on one before that. */
    boolean covers(News item, boolean ascending) {
      int order = Token.of(item).updatedAt.compareTo(updatedAt);
      int compared = order == 0 ? Long.compare(item.id(), id) : order;
      return ascending ? compared <= 0 : compared >= 0;
    }
  }

  public NewsEndpoint(NewsDesk desk, AlpacaService service, SimulatorOptions options) {
    this.desk = desk;
    this.service = service;
    this.clock = options.clock();
  }

  public ServedAnswer answer(ServedQuery request) {
    service.checkKeys(request);
    List<String> symbols = request.symbols().isEmpty() ? List.of() : BarsQuery.symbols(request);
    Instant from = time(request, "start").orElse(FIRST);
    Instant to = time(request, "end").orElse(clock.instant());
    if (to.isBefore(from)) {
      throw BarsQuery.bad("end should not be before start");
    }
    String sort = request.parameter("sort").orElse("desc").toLowerCase(java.util.Locale.ROOT);
    if (!sort.equals("asc") && !sort.equals("desc")) {
      throw BarsQuery.bad("invalid sort: " + sort);
    }
    boolean ascending = sort.equals("asc");
    boolean content = request.parameter("include_content").orElse("false").equals("true");
    int limit = limit(request);
    Optional<Token> before = request.parameter("page_token").map(Token::parse);
    if (before.isPresent()) {
      Instant reached = before.get().updatedAt();
      from = ascending && reached.isAfter(from) ? reached : from;
      to = !ascending && reached.isBefore(to) ? reached : to;
    }
    List<News> page = new ArrayList<>();
    boolean more = false;
    for (Iterator<News> items = desk.editions(from, to, ascending); items.hasNext() && !more; ) {
      News item = items.next();
      if (before.map(token -> token.covers(item, ascending)).orElse(false)
          || !symbols.isEmpty() && Collections.disjoint(symbols, item.symbols())) {
        continue;
      }
      more = page.size() == limit;
      if (!more) {
        page.add(item);
      }
    }
    String next = more ? Token.of(page.get(page.size() - 1)).text() : null;
    return ServedAnswer.json(
        Json.write(
            json -> {
              json.writeStartObject();
              json.writeArrayFieldStart("news");
              for (News item : page) {
                item.writeTo(json, content);
              }
              json.writeEndArray();
              json.writeStringField("next_page_token", next);
              json.writeEndObject();
            }));
  }

  private static int limit(ServedQuery request) {
    String text = request.parameter("limit").orElse(Integer.toString(DEFAULT_LIMIT));
    if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) < 1) {
      throw BarsQuery.bad("invalid limit: " + text);
    }
    if (Integer.parseInt(text) > MAX_LIMIT) {
      throw BarsQuery.bad("invalid limit: larger than the allowed maximum of " + MAX_LIMIT);
    }
    return Integer.parseInt(text);
  }

  /** A date means its first instant. */
  private static Optional<Instant> time(ServedQuery request, String name) {
    Optional<String> text = request.parameter(name);
    try {
      return text.map(
          value ->
              value.length() == 10
                  ? Timeframe.midnight(LocalDate.parse(value))
                  : OffsetDateTime.parse(value.replace(' ', '+')).toInstant());
    } catch (DateTimeException malformed) {
      throw BarsQuery.bad("Invalid format for parameter " + name + ": " + text.orElse(""));
    }
  }
}
