package dev.caravan.yahoo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.answer.InvalidSymbolException;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MarketDataException;
import dev.caravan.market.answer.RequestRefusedException;
import dev.caravan.market.answer.SourceFailedException;
import java.util.List;

/**
 * What all answers of Yahoo have in common: a frame of one key, which holds a result or an error
 * (reference yahoo-chart, section 5).
 */
public final class YahooAnswer {
  static final String SOURCE = "yahoo";

  /** Each service has a frame of its own; {@code finance} is what stands before all of them. */
  private static final List<String> FRAMES =
      List.of("chart", "quoteResponse", "quoteSummary", "finance");

  private YahooAnswer() {}

  /**
   * Turns an answer that is an error into the right exception; returns when it is none.
   *
   * <p>A 429 has to be handled before, by the request budget, which alone knows the time of the
   * next try. One that comes here all the same counts as a failure that is worth another try.
   *
   * @throws InvalidSymbolException for 404, and for the error {@code Not Found} whatever the status
   * @throws SourceFailedException for 5xx
   * @throws RequestRefusedException for every other status but 200, and for any other error in the
   *     answer
   */
  public static void check(int status, String body, String symbol) {
    JsonNode answer = JsonFields.readOrMissing(body);
    refuseError(status, answer, symbol);
    if (status == 404) {
      throw new InvalidSymbolException(symbol);
    }
    if (status >= 500 || status == 429) {
      throw new SourceFailedException(SOURCE, status, body);
    }
    if (status != 200) {
      throw refusal(status, answer.isMissingNode() ? body : answer.toString());
    }
  }

  /** As {@link #check}, of an answer that was read already. */
  static void refuseError(int status, JsonNode answer, String symbol) {
    JsonNode error = error(answer);
    if (JsonFields.absent(error)) {
      return;
    }
    if ("Not Found".equalsIgnoreCase(error.path("code").asText())) {
      throw new InvalidSymbolException(symbol);
    }
    if (status == 404 || status == 429 || status >= 500) {
      // These statuses say more than the error's text.
      return;
    }
    String description = JsonFields.text(error.path("description"));
    throw refusal(status, description == null ? error.toString() : description);
  }

  /** The error of an answer; absent where there is none. */
  static JsonNode error(JsonNode answer) {
    for (String frame : FRAMES) {
      JsonNode error = answer.path(frame).path("error");
      if (!JsonFields.absent(error)) {
        return error;
      }
    }
    return answer.path("finance").path("error");
  }

  /** What is wrong with an answer, out of whatever was wrapped around it; null for all else. */
  static MarketDataException reason(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof MarketDataException reason) {
        return reason;
      }
    }
    return null;
  }

  private static RequestRefusedException refusal(int status, String detail) {
    String words =
        status == 401 || status == 403
            ? "Yahoo does not accept this client, see caravan.yahoo.user-agent: "
            : "";
    return new RequestRefusedException(SOURCE, status, words + (detail == null ? "" : detail));
  }
}
