package dev.caravan.stream;

import dev.caravan.market.MarketCalendar;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * When the stream is to be connected: round the clock, or in the sessions of the New York exchanges
 * with their extended hours (04:00 to 20:00, on half days to 17:00), since what is traded then is
 * stored as well.
 */
public final class StreamHours {
  /** The first trades are waited for; the last bars and revisions come after the last minute. */
  private static final Duration BEFORE = Duration.ofMinutes(1);

  private static final Duration AFTER = Duration.ofMinutes(2);

  /** Two weeks without a session are far more than there ever were. */
  private static final int LONGEST_BREAK_DAYS = 14;

  private boolean always;
  private String done = "";
  private Instant known = Instant.MAX;

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

  /** Hours in which the stream is owed; {@code toTs} is null while they go on. */
  record Owed(String fromTs, Instant toTs) {}

  /** All hours that have begun, of at most so many days; round the clock they never end. */
  List<Owed> owed(Instant now, int days) {
    if (always) {
      return List.of(new Owed("-infinity", null));
    }
    LocalDate today = now.atZone(MarketCalendar.NEW_YORK).toLocalDate();
    List<Owed> owed = new ArrayList<>();
    for (LocalDate date : MarketCalendar.sessions(today.minusDays(days), today)) {
      MarketCalendar.Session session = MarketCalendar.session(date).orElseThrow();
      Instant from = session.first().minus(BEFORE);
      Instant to = session.last().plus(AFTER);
      if (!from.isAfter(now)) {
        owed.add(new Owed(from.toString(), to.isAfter(now) ? null : to));
      }
    }
    return owed;
  }

  /** Up to when the stream was owed: now while it is, else the end of the last session. */
  Instant owedUntil(Instant now) {
    List<Owed> owed = owed(now, LONGEST_BREAK_DAYS);
    Instant end = owed.isEmpty() ? null : owed.get(owed.size() - 1).toTs();
    return end == null ? now : end;
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

  /** It is done; what failed is done again. Whoever only waits for another process does neither. */
  public synchronized void done(String action) {
    done = action;
  }

  /** Up to here the ledger has all sessions that began. */
  public synchronized void known(Instant at) {
    known = at;
  }

  /**
   * Whether a session has begun that the ledger does not know of: one that began between the start
   * of the stream and its first answer, as after a slow handshake.
   */
  public synchronized boolean isNew(Instant at) {
    return MarketCalendar.session(at.atZone(MarketCalendar.NEW_YORK).toLocalDate())
        .filter(session -> session.first().isAfter(known) && !session.first().isAfter(at))
        .isPresent();
  }
}
