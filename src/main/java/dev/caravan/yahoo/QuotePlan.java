package dev.caravan.yahoo;

import dev.caravan.market.answer.InvalidSymbolException;
import dev.caravan.market.answer.MarketDataException;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.RequestRefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How far the reading of many symbols' quotes has come, some hundred of them a request. Who is not
 * served here is asked for alone, by a chart, so that nothing in here ever costs a symbol.
 *
 * @param batches still to be asked for, the first one next; each maps Yahoo's spelling to Caravan's
 * @param served the symbols whose quotes are stored, in Caravan's spelling
 */
public record QuotePlan(List<Map<String, String>> batches, List<String> served) {
  private static final int MOST_SYMBOLS = 200;

  /** Of the symbols in the address, percent-encoded: what every server on the way takes. */
  private static final int MOST_CHARACTERS = 4000;

  public QuotePlan {
    batches = List.copyOf(batches);
    served = List.copyOf(served);
  }

  /**
   * @param rows of the symbols that are due: {@code symbol} and {@code yahoo_symbol}
   */
  public static QuotePlan of(List<Map<String, Object>> rows) {
    List<Map<String, String>> batches = new ArrayList<>();
    Map<String, String> batch = new LinkedHashMap<>();
    int characters = 0;
    for (Map<String, Object> row : rows) {
      String yahooSymbol = String.valueOf(row.get("yahoo_symbol"));
      int length = YahooUrl.encoded(yahooSymbol).length() + 1;
      if (batch.size() == MOST_SYMBOLS || characters + length > MOST_CHARACTERS) {
        batches.add(batch);
        batch = new LinkedHashMap<>();
        characters = 0;
      }
      // Of two symbols with one spelling at Yahoo the second is left to its chart.
      if (batch.putIfAbsent(yahooSymbol, String.valueOf(row.get("symbol"))) == null) {
        characters += length;
      }
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return new QuotePlan(batches, List.of());
  }

  /** Whether there is a batch to ask for. */
  public boolean open() {
    return !batches.isEmpty();
  }

  /** The next batch. */
  public Map<String, String> next() {
    return batches.get(0);
  }

  /** Caravan's symbols of the next batch, separated by commas. */
  public String symbols() {
    return String.join(",", next().values());
  }

  /** The query for the next batch, without the crumb. */
  public String query() {
    return YahooUrl.quotesQuery(next().keySet());
  }

  /** The rows that were due and whose quotes are not stored. */
  public static List<Map<String, Object>> left(QuotePlan plan, List<Map<String, Object>> due) {
    Set<String> served = Set.copyOf(plan.served);
    return due.stream().filter(row -> !served.contains(row.get("symbol"))).toList();
  }

  /** After the next batch was stored: who was in it. */
  public static QuotePlan after(QuotePlan plan, YahooQuotes.Page page) {
    List<String> served = new ArrayList<>(plan.served);
    served.addAll(page.symbols());
    return new QuotePlan(plan.rest(), served);
  }

  /**
   * After the next batch failed. What Yahoo has against this one batch does not speak against the
   * others; without a crumb, or where Yahoo or the database is away, the others would fare no
   * better.
   */
  public static QuotePlan without(QuotePlan plan, Throwable failure) {
    return new QuotePlan(ofThisBatch(failure) ? plan.rest() : List.of(), plan.served);
  }

  private static boolean ofThisBatch(Throwable failure) {
    MarketDataException reason = YahooAnswer.reason(failure);
    return reason instanceof InvalidSymbolException
        || reason instanceof MissingDataException
        || (reason instanceof RequestRefusedException refused
            && refused.status() != 401
            && refused.status() != 403);
  }

  private List<Map<String, String>> rest() {
    return batches.subList(1, batches.size());
  }
}
