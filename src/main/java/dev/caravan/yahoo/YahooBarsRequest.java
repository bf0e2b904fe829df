package dev.caravan.yahoo;

import dev.caravan.market.DailyWindow;
import java.time.LocalDate;

/**
 * The daily bars that Yahoo is asked for.
 *
 * @param symbol Caravan's spelling
 * @param yahooSymbol Yahoo's spelling
 * @param window dates in New York
 * @param readFrom first date of which the answer holds all bars, for the watermark; null for an
 *     answer that moves none
 */
public record YahooBarsRequest(
    String symbol, String yahooSymbol, DailyWindow window, LocalDate readFrom) {

  /** A request that moves no watermark. */
  public static YahooBarsRequest of(String symbol, String yahooSymbol, DailyWindow window) {
    return new YahooBarsRequest(symbol, yahooSymbol, window, null);
  }

  /** The bars that a flow owes. */
  public static YahooBarsRequest of(
      String symbol, String yahooSymbol, DailyWindow window, LocalDate readFrom) {
    return new YahooBarsRequest(symbol, yahooSymbol, window, readFrom);
  }
}
