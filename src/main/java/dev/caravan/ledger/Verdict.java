package dev.caravan.ledger;

import dev.caravan.database.StoppedException;
import dev.caravan.flow.Reasons;
import dev.caravan.market.MarketDataException;
import dev.caravan.market.RateLimitedException;
import dev.caravan.market.SourceDownException;
import dev.caravan.market.TooRecentException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.regex.Pattern;

/** What it means for a gap that an attempt to settle it failed. */
public enum Verdict {
  /** It was answered, or failed by a fault of ours: this counts, and the gap is not for ever. */
  FAILED,
  /** Nobody answered, or nobody was asked: this says nothing about the gap. */
  UNANSWERED,
  /** The plan withholds the newest data: the gap waits until its range is old enough. */
  TOO_RECENT,
  /** Caravan is being stopped: the gap stays as it is, and is due at the next start. */
  STOPPED;

  /**
   * The classes of SQLSTATE that come again with the same rows: a wrong value, a broken constraint,
   * a wrong statement. All others (no connection, out of space, deadlock) pass.
   */
  private static final Pattern LASTING = Pattern.compile("(21|22|23|42)...");

  public static Verdict of(Throwable cause) {
    if (Reasons.find(cause, StoppedException.class) != null) {
      return STOPPED;
    }
    MarketDataException answer = Reasons.find(cause, MarketDataException.class);
    if (answer instanceof TooRecentException) {
      return TOO_RECENT;
    }
    if (answer != null) {
      return answer instanceof RateLimitedException || answer instanceof SourceDownException
          ? UNANSWERED
          : FAILED;
    }
    SQLException database = Reasons.find(cause, SQLException.class);
    if (database != null) {
      String state = database.getSQLState();
      return state != null && LASTING.matcher(state).matches() ? FAILED : UNANSWERED;
    }
    return Reasons.find(cause, IOException.class) != null ? UNANSWERED : FAILED;
  }
}
