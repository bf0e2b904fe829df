package dev.caravan.simulator.alpaca;

import dev.caravan.simulator.exchange.Json;
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
import java.util.Map;
import java.util.Optional;

/**
 * One of Alpaca's two hosts, data or trading: its keys, its limit for each key and the words of its
 * errors. Each host has a limit of its own (measured, see the notes on the service).
 */
public final class AlpacaService implements ProviderService {
  private static final String KEY = "APCA-API-KEY-ID";
  private static final String SECRET = "APCA-API-SECRET-KEY";
  private static final String WRONG_KEY = "BAD";

  private final boolean trading;
  private final Clock clock;
  private final Optional<RateLimiter> limiter;
  private final boolean rateHeaders;
  private final Optional<String> onlyKey;

  private AlpacaService(SimulatorOptions options, boolean trading, Optional<String> onlyKey) {
    this.onlyKey = onlyKey;
    this.trading = trading;
    this.clock = options.clock();
    this.rateHeaders = options.alpacaRateHeaders();
    this.limiter =
        options.alpacaRequestsPerMinute() == 0
            ? Optional.empty()
            : Optional.of(new RateLimiter(options.limiter(), options.alpacaRequestsPerMinute()));
  }

  /**
   * @param onlyKey the key id that alone is good, or nothing for all but the wrong ones
   */
  public static AlpacaService data(SimulatorOptions options, Optional<String> onlyKey) {
    return new AlpacaService(options, false, onlyKey);
  }

  public static AlpacaService trading(SimulatorOptions options, Optional<String> onlyKey) {
    return new AlpacaService(options, true, onlyKey);
  }

  @Override
  public Provider provider() {
    return Provider.ALPACA;
  }

  @Override
  public Admission admit(ServedQuery request) {
    if (limiter.isEmpty()) {
      return Admission.FREE;
    }
    RateLimiter.Verdict verdict = limiter.get().take(request.header(KEY), clock.instant());
    if (!verdict.passes()) {
      return Admission.refused(error(429));
    }
    return rateHeaders
        ? Admission.granted(
            Map.of(
                "X-RateLimit-Limit", String.valueOf(verdict.limit()),
                "X-RateLimit-Remaining", String.valueOf(verdict.remaining()),
                "X-RateLimit-Reset", String.valueOf(verdict.reset().getEpochSecond())))
        : Admission.FREE;
  }

  /**
   * Refuses a request without a good pair of keys: the data host with a web page of its proxy, the
   * trading host with JSON.
   */
  public void checkKeys(ServedQuery request) {
    String key = request.header(KEY);
    boolean wrong = !key.equals(onlyKey.orElse(key));
    if (wrong || key.isBlank() || key.startsWith(WRONG_KEY) || request.header(SECRET).isBlank()) {
      throw new RefusedQuery(error(trading ? 403 : 401));
    }
  }

  @Override
  public ServedAnswer error(int status) {
    return switch (status) {
      case 401 -> ServedAnswer.html(401, "401 Authorization Required");
      case 403 ->
          trading
              ? ServedAnswer.of(
                  403, ServedAnswer.JSON, "{\"code\":40310000,\"message\":\"forbidden.\"}\n")
              : message(403, "forbidden.");
      case 404 -> message(404, "not found");
      // The blank after the colon is the service's own.
      case 429 ->
          ServedAnswer.of(429, ServedAnswer.JSON, "{\"message\": \"too many requests.\"}\n");
      default -> message(status, status >= 500 ? "internal server error" : "request refused");
    };
  }

  @Override
  public ServedAnswer empty(ServedQuery request) {
    if (trading) {
      return ServedAnswer.json("[]".getBytes(StandardCharsets.UTF_8));
    }
    if (request.path().endsWith("/news")) {
      return ServedAnswer.json(
          "{\"news\":[],\"next_page_token\":null}".getBytes(StandardCharsets.UTF_8));
    }
    if (request.path().endsWith("/corporate-actions")) {
      return ServedAnswer.json(
          "{\"corporate_actions\":{},\"next_page_token\":null}".getBytes(StandardCharsets.UTF_8));
    }
    if (request.path().contains("/snapshot")) {
      return ServedAnswer.json("{}".getBytes(StandardCharsets.UTF_8));
    }
    if (request.path().endsWith("/latest")) {
      String[] steps = request.path().split("/");
      return ServedAnswer.json(
          ("{\"" + steps[steps.length - 2] + "\":{}}").getBytes(StandardCharsets.UTF_8));
    }
    String rows = request.path().substring(request.path().lastIndexOf('/') + 1);
    return ServedAnswer.json(
        ("{\"" + rows + "\":{},\"next_page_token\":null}").getBytes(StandardCharsets.UTF_8));
  }

  /** An error in the form of the data host. */
  static ServedAnswer message(int status, String message) {
    byte[] body =
        Json.write(
            json -> {
              json.writeStartObject();
              json.writeStringField("message", message);
              json.writeEndObject();
              json.writeRaw('\n');
            });
    return new ServedAnswer(status, ServedAnswer.JSON, body, Map.of());
  }
}
