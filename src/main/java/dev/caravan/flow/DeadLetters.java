package dev.caravan.flow;

import dev.caravan.market.answer.Causes;
import dev.caravan.market.answer.MarketDataException;
import dev.caravan.market.answer.RateLimitedException;
import dev.caravan.market.answer.RefusedRow;
import dev.caravan.market.answer.RowJson;
import dev.caravan.source.FailureReason;
import dev.caravan.source.SourceAnswer;
import dev.caravan.source.StoppedException;
import java.util.Map;

/** Dead letters as the JSON that {@code sql/dead_letters/record_letters.sql} reads. */
public final class DeadLetters {
  private DeadLetters() {}

  /**
   * One letter for each symbol of an item. The answer is kept where it is what failed; a refusal
   * for rate or a broken connection has none worth keeping.
   *
   * @param answer what was answered last; null where nothing was asked yet
   */
  public static String json(Map<String, Object> item, SourceAnswer answer, Throwable cause) {
    if (Causes.find(cause, StoppedException.class) != null) {
      return "[]";
    }
    boolean answered =
        Causes.find(cause, MarketDataException.class) != null
            && Causes.find(cause, RateLimitedException.class) == null;
    String reason = FailureReason.of(cause);
    return letters(item, reason, answered && answer != null ? answer.text() : null);
  }

  /** One letter for each symbol of an item of which the provider has nothing. */
  public static String noData(Map<String, Object> item, String reason) {
    return letters(item, reason, null);
  }

  private static String letters(Map<String, Object> item, String reason, String answer) {
    return RowJson.json(
        SymbolList.list(DueItems.named(item)).stream()
            .map(symbol -> new RefusedRow(symbol, reason, answer))
            .map(row -> row.of((String) item.get("feed"), (String) item.get("timeframe")))
            .toList());
  }
}
