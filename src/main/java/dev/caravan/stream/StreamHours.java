package dev.caravan.stream;

import dev.caravan.market.MarketCalendar;
import java.time.Duration;
import java.time.Instant;

/**
 * When the stream is to be connected: round the clock, or in the sessions of the New York exchanges
 * with their extended hours (04:00 to 20:00, on half days to 17:00), since what is traded then is
 * stored as well.
 */
public final class StreamHours {
  /** The first trades are waited for; the last bars and revisions come after the last minute. */
  private static final Duration BEFORE = Duration.ofMinutes(1);

  private static final Duration AFTER = Duration.ofMinutes(2);

  private boolean always;
  private String done = "";

  /** {@code always} or {@code session}. */
  public void setSchedule(String schedule) {
    always = schedule.equals("always");
  }

  public boolean isOpen(Instant at) {
    return always
        || MarketCalendar.session(at.atZone(MarketCalendar.NEW_YORK).toLocalDate())
            .filter(
                session ->
                    !at.isBefore(session.first().minus(BEFORE))
                        && at.isBefore(session.last().plus(AFTER)))
            .isPresent();
  }

  /**
   * What is to be done now: {@code start} or {@code stop} at the beginning, and whenever a session
   * begins or ends; {@code none} at all other times, so that a person may start and stop the
   * stream.
   */
  public synchronized String action(Instant now) {
    String action = isOpen(now) ? "start" : "stop";
    return action.equals(done) ? "none" : action;
  }

  /** It is done; what failed is done again. */
  public synchronized void done(String action) {
    done = action;
  }
}
