package dev.caravan.ledger;

import dev.caravan.market.answer.Causes;
import dev.caravan.market.answer.InvalidSymbolException;
import dev.caravan.market.answer.MarketDataException;
import dev.caravan.market.answer.RequestRefusedException;
import dev.caravan.market.answer.TooRecentException;
import dev.caravan.source.StoppedException;
import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Pattern;

/** What it means for a gap that an attempt to settle it failed. */
public enum Verdict {
  /**
   * This very request was refused, by the source or by the database: asked again, it will be
   * refused again. Only this counts, and ends a gap at last.
   */
  FAILED,
  /**
   * The request was not answered in full: an outage, a wrong key, an answer that cannot be read, a
   * fault of ours. This says nothing about the gap, which waits, however long.
   */
  UNANSWERED,
  /** The plan withholds the newest data: the gap waits until its range is old enough. */
  TOO_RECENT,
  /** Caravan is being stopped: the gap stays as it is, and is due at the next start. */
  STOPPED;

  /**
   * What is wrong with the request itself. Other refusals are of the account or of the moment: 401,
   * 402, 403, 407, 408, 429, and the redirects of a network's login page.
   */
  private static final Set<Integer> REFUSALS = Set.of(400, 404, 422);

  /**
   * The classes of SQLSTATE that come again with the same rows: a row twice, a wrong value, a
   * broken constraint. All others (no connection, out of space, deadlock, no such column) pass.
   */
  private static final Pattern LASTING = Pattern.compile("(21|22|23)...");

  public static Verdict of(Throwable cause) {
    if (Causes.find(cause, StoppedException.class) != null) {
      return STOPPED;
    }
    MarketDataException answer = Causes.find(cause, MarketDataException.class);
    if (answer instanceof TooRecentException) {
      return TOO_RECENT;
    }
    if (answer instanceof InvalidSymbolException) {
      return FAILED;
    }
    if (answer != null) {
      return answer instanceof RequestRefusedException refusal
              && REFUSALS.contains(refusal.status())
          ? FAILED
          : UNANSWERED;
    }
    SQLException database = Causes.find(cause, SQLException.class);
    String state = database == null ? null : database.getSQLState();
    return state != null && LASTING.matcher(state).matches() ? FAILED : UNANSWERED;
  }
}
