package dev.caravan.simulator.alpaca;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.UUID;

/**
 * A corporate action that Alpaca tells, whatever the prices do. Told again under the same id it is
 * changed.
 *
 * @param id Alpaca's; made of the rest where it is null
 * @param kind {@code forward_splits}, {@code reverse_splits}, {@code stock_dividends} or {@code
 *     cash_dividends}
 * @param symbol in Alpaca's spelling
 * @param date the ex-date
 * @param newRate of a split, in new shares; null otherwise
 * @param oldRate of a split, in old shares; null otherwise
 * @param rate of a dividend, which nothing keeps from being zero or less; null otherwise
 */
public record AnnouncedAction(
    String id,
    String kind,
    String symbol,
    LocalDate date,
    BigDecimal newRate,
    BigDecimal oldRate,
    BigDecimal rate) {

  /** Refuses what Alpaca could not tell. */
  public AnnouncedAction {
    boolean split = "forward_splits".equals(kind) || "reverse_splits".equals(kind);
    boolean dividend = "stock_dividends".equals(kind) || "cash_dividends".equals(kind);
    if (symbol == null
        || symbol.isBlank()
        || date == null
        || !split && !dividend
        || split && (newRate == null || oldRate == null)
        || dividend && rate == null) {
      throw new IllegalArgumentException(
          "An action needs a symbol, a date such as 2026-11-20, and of forward_splits and"
              + " reverse_splits a new and an old rate, of stock_dividends and cash_dividends a"
              + " rate");
    }
    id = id == null ? id(kind + symbol + date + newRate + oldRate + rate) : id;
  }

  /** A split of a new rate for an old one. */
  public static AnnouncedAction split(
      String id, String symbol, LocalDate date, int newRate, int old) {
    return new AnnouncedAction(
        id,
        newRate > old ? "forward_splits" : "reverse_splits",
        symbol,
        date,
        BigDecimal.valueOf(newRate),
        BigDecimal.valueOf(old),
        null);
  }

  /** A dividend in dollars. */
  public static AnnouncedAction dividend(String id, String symbol, LocalDate date, String rate) {
    return new AnnouncedAction(
        id, "cash_dividends", symbol, date, null, null, new BigDecimal(rate));
  }

  static String id(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .toString();
  }
}
