package dev.caravan.yahoo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.PriceSnapshot;
import dev.caravan.market.answer.Decimals;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads an answer of Yahoo's {@code /v7/finance/quote}: {@code {"quoteResponse": {"result": [{…},
 * …], "error": null}}}, one object a symbol that Yahoo knows, in an order of its own. A symbol that
 * it knows no more is absent, or has an object of {@code quoteType} {@code NONE} without a price.
 */
public final class YahooQuotes {
  private YahooQuotes() {}

  /**
   * The prices of an answer.
   *
   * @param snapshots one a symbol at most
   */
  public record Page(List<PriceSnapshot> snapshots) {
    public Page {
      snapshots = List.copyOf(snapshots);
    }

    /** Caravan's symbols of the prices. */
    public List<String> symbols() {
      return snapshots.stream().map(PriceSnapshot::symbol).toList();
    }
  }

  /**
   * The prices of those symbols that were asked for and that have one. What is wrong with any other
   * is for its own chart to say.
   *
   * @param asked Caravan's symbols by Yahoo's
   * @param readAt the time of a price that has none
   * @throws MissingDataException when the answer lacks what every such answer has
   */
  public static Page page(JsonNode answer, Map<String, String> asked, Instant readAt) {
    String all = asked.size() + " symbols";
    YahooAnswer.refuseError(200, answer, all);
    JsonNode result = answer.path("quoteResponse").path("result");
    if (!result.isArray()) {
      throw new MissingDataException("quoteResponse", all);
    }
    Map<String, PriceSnapshot> prices = new LinkedHashMap<>();
    for (JsonNode quote : result) {
      String symbol = asked.get(quote.path("symbol").asText());
      if (symbol != null) {
        PriceSnapshot price = snapshot(quote, symbol, readAt);
        if (price != null) {
          prices.putIfAbsent(symbol, price);
        }
      }
    }
    return new Page(List.copyOf(prices.values()));
  }

  private static PriceSnapshot snapshot(JsonNode quote, String symbol, Instant readAt) {
    try {
      BigDecimal price =
          JsonFields.decimal(quote.path("regularMarketPrice"), "regularMarketPrice", symbol);
      BigDecimal volume =
          JsonFields.decimal(quote.path("regularMarketVolume"), "regularMarketVolume", symbol);
      Instant at = JsonFields.seconds(quote.path("regularMarketTime"), "regularMarketTime", symbol);
      if (price == null || (volume != null && volume.signum() < 0)) {
        return null;
      }
      return new PriceSnapshot(
          YahooAnswer.SOURCE,
          symbol,
          at == null ? readAt : at,
          Decimals.shortest(price),
          volume == null ? null : Decimals.plain(volume),
          JsonFields.name(quote.path("currency"), "currency", symbol));
    } catch (MissingDataException malformed) {
      // Its chart is asked for, and says the same in a dead letter if it is no better.
      return null;
    }
  }
}
