package dev.caravan.flow;

import dev.caravan.market.MarketDataException;
import dev.caravan.market.RateLimitedException;
import dev.caravan.market.RefusedRow;
import dev.caravan.market.RowJson;
import dev.caravan.source.FailureReason;
import dev.caravan.source.StoppedException;

/** Dead letters as the JSON that {@code sql/dead_letters/record_letters.sql} reads. */
public final class DeadLetters {
  private DeadLetters() {}

  /**
   * One letter a symbol. The answer is kept where it is what failed; a refusal for rate or a broken
   * connection has none worth keeping.
   */
  public static String json(String symbols, String answer, Throwable cause) {
    if (FailureReason.find(cause, StoppedException.class) != null) {
      return "[]";
    }
    boolean answered =
        FailureReason.find(cause, MarketDataException.class) != null
            && FailureReason.find(cause, RateLimitedException.class) == null;
    String reason = FailureReason.of(cause);
    return RowJson.json(
        SymbolList.list(symbols).stream()
            .map(symbol -> new RefusedRow(symbol, reason, answered ? answer : null))
            .toList());
  }

  /** One letter for each symbol that the provider has nothing of. */
  public static String noData(String symbols, String reason) {
    return RowJson.json(
        SymbolList.list(symbols).stream()
            .map(symbol -> new RefusedRow(symbol, reason, null))
            .toList());
  }
}
