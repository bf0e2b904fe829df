package dev.caravan.simulator.yahoo;

import dev.caravan.simulator.exchange.Json;
import dev.caravan.simulator.exchange.SeededRandom;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.Admission;
import dev.caravan.simulator.server.Provider;
import dev.caravan.simulator.server.ProviderService;
import dev.caravan.simulator.server.RateLimiter;
import dev.caravan.simulator.server.RefusedQuery;
import dev.caravan.simulator.server.ServedAnswer;
import dev.caravan.simulator.server.ServedQuery;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Yahoo's side of a request: its limit by address, its refusal of clients that are no browser or
 * have no cookie and crumb, and the words of its errors (from recorded answers).
 */
public final class YahooService implements ProviderService {
  private static final String JSON = "application/json;charset=utf-8";
  private static final String NO_ROWS =
      "{\"chart\":{\"result\":[{\"meta\":{},\"indicators\":{\"quote\":[{}],\"adjclose\":[{}]}}],"
          + "\"error\":null}}";
  private static final String NO_QUOTES = "{\"quoteResponse\":{\"result\":[],\"error\":null}}";
  private static final String NO_SUMMARY = "{\"quoteSummary\":{\"result\":[],\"error\":null}}";
  private static final Duration QUICK = Duration.ofSeconds(10);

  /** What the page at the root sets; a browser would send only its beginning back. */
  public static final String COOKIE = "A3=d=AQABBsimul8ted&S=AQAAAsimulated";

  private final Clock clock;
  private final int quickRequests;
  private final Duration lock;
  private final Optional<RateLimiter> limiter;
  private final Map<String, Visitor> visitors = new HashMap<>();
  private final boolean crumbs;
  private final AtomicInteger generation = new AtomicInteger();

  public YahooService(SimulatorOptions options) {
    this.clock = options.clock();
    this.quickRequests = options.yahooQuickRequests();
    this.lock = options.yahooLock();
    this.crumbs = options.yahooCrumbs();
    this.limiter =
        options.yahooRequestsPerMinute() == 0
            ? Optional.empty()
            : Optional.of(new RateLimiter(options.limiter(), options.yahooRequestsPerMinute()));
  }

  @Override
  public Provider provider() {
    return Provider.YAHOO;
  }

  @Override
  public Admission admit(ServedQuery request) {
    Instant now = clock.instant();
    boolean limited = limiter.isPresent() && !limiter.get().take(request.address(), now).passes();
    return limited || isLocked(request.address(), now)
        ? Admission.refused(error(429))
        : Admission.FREE;
  }

  @Override
  public ServedAnswer error(int status) {
    return switch (status) {
      case 400 -> error(400, "Bad Request", "Bad Request");
      case 401 -> error(401, "Unauthorized", "Invalid Crumb");
      case 404 -> error(404, "Not Found", "No data found, symbol may be delisted");
      case 422 -> error(422, "Unprocessable Entity", "Unprocessable Entity");
      case 429 -> ServedAnswer.of(429, "text/html", "Too Many Requests");
      default ->
          status >= 500
              ? ServedAnswer.of(
                  status,
                  "text/html",
                  "<html><head><title>Yahoo</title></head><body><h1>Will be right back...</h1>"
                      + "</body></html>")
              : error(status, "Error " + status, "Error " + status);
    };
  }

  @Override
  public ServedAnswer empty(ServedQuery request) {
    String body =
        request.path().startsWith("/v7/")
            ? NO_QUOTES
            : request.path().startsWith("/v10/") ? NO_SUMMARY : NO_ROWS;
    return found(body.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Yahoo takes a client that does not look like a browser for a robot and says it is too quick.
   */
  void refuseRobots(ServedQuery request) {
    if (!request.header("User-Agent").contains("Mozilla/")) {
      throw new RefusedQuery(error(429));
    }
  }

  /**
   * Answers {@code /v1/test/getcrumb}.
   *
   * @throws RefusedQuery without the cookie, and where crumbs are given to nobody
   */
  public ServedAnswer crumb(ServedQuery request) {
    refuseRobots(request);
    if (!crumbs || !request.header("Cookie").contains(COOKIE)) {
      throw new RefusedQuery(error("finance", 401, "Unauthorized", "Invalid Cookie"));
    }
    return ServedAnswer.of(200, "text/plain;charset=utf-8", crumb());
  }

  /** Makes every crumb so far a bad one. */
  public void expireCrumbs() {
    generation.incrementAndGet();
  }

  /**
   * @throws RefusedQuery without the cookie and a crumb that is still good
   */
  void refuseWithoutCrumb(ServedQuery request) {
    boolean good =
        request.header("Cookie").contains(COOKIE)
            && request.parameter("crumb").filter(crumb()::equals).isPresent();
    if (!good) {
      throw new RefusedQuery(error("finance", 401, "Unauthorized", "Invalid Crumb"));
    }
  }

  /** With characters that mean something else in an address unless they are encoded. */
  private String crumb() {
    return "s1m/.+" + Long.toString(SeededRandom.seed("crumb", "" + generation.get()) >>> 1, 36);
  }

  /** An error in the frame of the chart's answers. */
  static ServedAnswer error(int status, String code, String description) {
    return error("chart", status, code, description);
  }

  static ServedAnswer error(String frame, int status, String code, String description) {
    byte[] body =
        Json.write(
            json -> {
              json.writeStartObject();
              json.writeObjectFieldStart(frame);
              json.writeNullField("result");
              json.writeObjectFieldStart("error");
              json.writeStringField("code", code);
              json.writeStringField("description", description);
              json.writeEndObject();
              json.writeEndObject();
              json.writeEndObject();
            });
    return new ServedAnswer(status, JSON, body, Map.of());
  }

  /** A good answer, which may be kept for ten seconds. */
  static ServedAnswer found(byte[] body) {
    return new ServedAnswer(
        200,
        JSON,
        body,
        Map.of("cache-control", "public, max-age=10, stale-while-revalidate=20", "server", "ATS"));
  }

  private boolean isLocked(String address, Instant now) {
    if (quickRequests == 0) {
      return false;
    }
    synchronized (visitors) {
      return visitors.computeIfAbsent(address, any -> new Visitor()).isLocked(now);
    }
  }

  /** The recent requests of one address. */
  private final class Visitor {
    private final Deque<Instant> recent = new ArrayDeque<>();
    private Instant lockedUntil = Instant.MIN;

    boolean isLocked(Instant now) {
      if (now.isBefore(lockedUntil)) {
        return true;
      }
      while (!recent.isEmpty() && !recent.peekFirst().plus(QUICK).isAfter(now)) {
        recent.removeFirst();
      }
      recent.addLast(now);
      if (recent.size() > quickRequests) {
        recent.clear();
        lockedUntil = now.plus(lock);
        return true;
      }
      return false;
    }
  }
}
