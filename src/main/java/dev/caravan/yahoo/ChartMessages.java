package dev.caravan.yahoo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.market.Bar;
import dev.caravan.market.answer.InvalidSymbolException;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What Kamelet {@code yahoo-chart-source} emits; no route of Caravan's own needs it. */
public final class ChartMessages {
  private ChartMessages() {}

  /**
   * The daily bars of an answer of Yahoo's chart, oldest first, each as a JSON object with {@code
   * symbol, timestamp, open, high, low, close, volume, final}; the time is midnight of the session
   * in the exchange's zone.
   *
   * @throws InvalidSymbolException when the answer says so
   * @throws MissingDataException when the answer is no chart of daily bars
   */
  public static List<String> daily(String body) throws JsonProcessingException {
    JsonNode answer = JsonFields.readOrMissing(body);
    String symbol = answer.at("/chart/result/0/meta/symbol").asText();
    ObjectMapper json = JsonFields.mapper();
    List<String> messages = new ArrayList<>();
    for (Bar bar : YahooChart.daily(answer, symbol, Instant.now()).bars()) {
      ObjectNode message = json.createObjectNode();
      message.put("symbol", bar.symbol());
      message.put("timestamp", bar.ts().toString());
      message.put("open", bar.open());
      message.put("high", bar.high());
      message.put("low", bar.low());
      message.put("close", bar.close());
      message.put("volume", bar.volume());
      message.put("final", bar.complete());
      messages.add(json.writeValueAsString(message));
    }
    return messages;
  }
}
