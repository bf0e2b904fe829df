package dev.caravan.flow;

import dev.caravan.database.StoppedException;
import dev.caravan.market.MarketDataException;
import dev.caravan.market.RateLimitedException;
import dev.caravan.market.Refused;
import dev.caravan.market.Rows;

/** Dead letters as the JSON that {@code sql/dead_letters/record_letters.sql} reads. */
public final class Letters {
  private Letters() {}

  /**
   * One letter a symbol. The answer is kept where it is what failed; a refusal for rate or a broken
   * connection has none worth keeping.
   */
  public static String json(String symbols, String answer, Throwable cause) {
    if (Reasons.find(cause, StoppedException.class) != null) {
      return "[]";
    }
    boolean answered =
        Reasons.find(cause, MarketDataException.class) != null
            && Reasons.find(cause, RateLimitedException.class) == null;
    String reason = Reasons.of(cause);
    return Rows.json(
        Symbols.list(symbols).stream()
            .map(symbol -> new Refused(symbol, reason, answered ? answer : null))
            .toList());
  }

  /** One letter for each symbol that the provider has nothing of. */
  public static String noData(String symbols, String reason) {
    return Rows.json(
        Symbols.list(symbols).stream().map(symbol -> new Refused(symbol, reason, null)).toList());
  }
}
