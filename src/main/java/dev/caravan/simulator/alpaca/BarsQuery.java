package dev.caravan.simulator.alpaca;

import dev.caravan.simulator.exchange.Listing;
import dev.caravan.simulator.exchange.SeededRandom;
import dev.caravan.simulator.exchange.Timeframe;
import dev.caravan.simulator.server.RefusedQuery;
import dev.caravan.simulator.server.ServedQuery;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The parameters of Alpaca's bars.
 *
 * @param symbols in the order of the answer
 * @param from inclusive
 * @param to inclusive
 * @param page where to go on, if this is not the first page
 */
public record BarsQuery(
    List<String> symbols,
    Timeframe timeframe,
    Instant from,
    Instant to,
    int limit,
    Optional<PageToken> page,
    boolean splitAdjusted,
    boolean iex,
    boolean ascending) {

  /** The asked time, both ends inclusive, and the feed that bounds it. */
  record Range(Instant from, Instant to, boolean iex) {
    /**
     * @throws RefusedQuery if it makes no sense or is too new
     */
    static Range parse(ServedQuery request, Instant now) {
      boolean iex = oneOf(request, "feed", "sip", "iex").equals("iex");
      Instant newest = iex ? now : now.minus(WITHHELD);
      Instant to = time(request, "end", true).orElse(newest);
      Instant midnight = Timeframe.midnight(Timeframe.date(now));
      Instant from =
          time(request, "start", false)
              .orElseGet(() -> midnight.isBefore(newest) ? midnight : newest);
      if (to.isBefore(from)) {
        throw bad("end should not be before start");
      }
      // The whole request is refused by its end alone, whatever else it asks for.
      if (!iex && to.isAfter(newest)) {
        throw tooRecent();
      }
      return new Range(from, to, iex);
    }
  }

  private static final int DEFAULT_LIMIT = 1000;
  private static final int MAX_LIMIT = 10_000;

  /** How long the free plan waits for the consolidated tape. */
  static final Duration WITHHELD = Duration.ofMinutes(15);

  /**
   * @throws RefusedQuery with Alpaca's words if the parameters make no sense or ask for too new
   *     data
   */
  static BarsQuery parse(ServedQuery request, Instant now) {
    List<String> symbols = symbols(request);
    String asked =
        request
            .parameter("timeframe")
            .orElseThrow(
                () ->
                    bad(
                        "Invalid format for parameter timeframe: query parameter 'timeframe' is"
                            + " required"));
    Timeframe timeframe =
        Timeframe.parse(asked).orElseThrow(() -> bad("invalid timeframe: " + asked));
    int limit = limit(request);
    Range range = Range.parse(request, now);
    return new BarsQuery(
        symbols,
        timeframe,
        range.from(),
        range.to(),
        limit,
        request.parameter("page_token").map(PageToken::parse),
        request.parameter("adjustment").orElse("raw").contains("split"),
        range.iex(),
        ascending(request));
  }

  static boolean ascending(ServedQuery request) {
    return oneOf(request, "sort", "asc", "desc").equals("asc");
  }

  public static RefusedQuery bad(String message) {
    return new RefusedQuery(AlpacaService.message(400, message));
  }

  static RefusedQuery tooRecent() {
    return new RefusedQuery(
        AlpacaService.message(403, "subscription does not permit querying recent SIP data"));
  }

  static List<String> symbols(ServedQuery request) {
    if (request.symbols().isEmpty()) {
      throw bad("Invalid format for parameter symbols: query parameter 'symbols' is required");
    }
    for (String symbol : request.symbols()) {
      if (!Listing.isWellFormedAtAlpaca(symbol)) {
        throw bad("invalid symbol: " + symbol);
      }
    }
    Set<String> ordered = new TreeSet<>(request.symbols());
    return List.copyOf(ordered);
  }

  static int limit(ServedQuery request) {
    Optional<String> asked = request.parameter("limit");
    if (asked.isEmpty()) {
      return DEFAULT_LIMIT;
    }
    if (!asked.get().matches("[0-9]{1,9}") || Integer.parseInt(asked.get()) < 1) {
      throw bad("invalid limit: " + asked.get());
    }
    int limit = Integer.parseInt(asked.get());
    if (limit > MAX_LIMIT) {
      throw bad("invalid limit: larger than the allowed maximum of " + MAX_LIMIT);
    }
    return limit;
  }

  /** How many rows a page gets: the limit, or fewer at times where pages may be short. */
  static int room(int limit, ServedQuery request, boolean shortPages) {
    long seed = SeededRandom.seed(request.query(), "page");
    boolean cut = shortPages && SeededRandom.uniform(seed, 0) < 0.5;
    return cut ? Math.max(1, (int) (limit * (0.3 + 0.6 * SeededRandom.uniform(seed, 1)))) : limit;
  }

  private static String oneOf(ServedQuery request, String name, String usual, String other) {
    String value = request.parameter(name).orElse(usual);
    if (!value.equals(usual) && !value.equals(other)) {
      throw bad("invalid " + name + ": " + value);
    }
    return value;
  }

  /** A date means its first instant as a start, and its last as an end. */
  private static Optional<Instant> time(ServedQuery request, String name, boolean end) {
    Optional<String> text = request.parameter(name);
    try {
      return text.map(
          value -> {
            if (value.length() == 10) {
              LocalDate date = LocalDate.parse(value);
              return end
                  ? Timeframe.midnight(date.plusDays(1)).minusNanos(1)
                  : Timeframe.midnight(date);
            }
            // A plus sign that was not encoded arrives as a blank.
            return OffsetDateTime.parse(value.replace(' ', '+')).toInstant();
          });
    } catch (DateTimeException malformed) {
      throw bad("Invalid format for parameter " + name + ": " + text.orElse(""));
    }
  }
}
