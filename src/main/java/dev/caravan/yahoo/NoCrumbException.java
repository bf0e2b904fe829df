package dev.caravan.yahoo;

import dev.caravan.market.answer.MarketDataException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Yahoo gives no crumb, or does not accept the one it gave; the cause says what it met. */
public final class NoCrumbException extends MarketDataException {
  private static final long serialVersionUID = 1L;

  /**
   * @param reason on one line
   * @param nextTry when a crumb is asked for again
   */
  NoCrumbException(String reason, Instant nextTry, Throwable cause) {
    super(
        "Yahoo gave no crumb: "
            + reason
            + "; next try at "
            + nextTry.truncatedTo(ChronoUnit.SECONDS));
    initCause(cause);
  }
}
