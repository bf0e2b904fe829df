package dev.caravan.market;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.Rfc3339;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The regular sessions of the New York exchanges. What it has been taught, from table {@code
 * market_calendar}, rules between the first and the last session taught: a weekday that is missing
 * there is no session. Before and after, and where nothing was taught, {@link ExchangeRules} rule.
 * Dates are session dates in {@link #NEW_YORK}; times are UTC instants.
 *
 * <p>One knowledge for the process, taught at its start and after each refresh; every method sees
 * either all of it or all of what was known before.
 */
public final class MarketCalendar {
  /** The zone in which sessions are dated and their hours are set. */
  public static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

  private static final LocalTime USUAL_CLOSE = LocalTime.of(16, 0);
  private static final LocalTime FIRST = LocalTime.of(4, 0);
  private static final Duration EXTENDED = Duration.ofHours(4);

  private static volatile Known known = new Known(new TreeMap<>());

  private MarketCalendar() {}

  /**
   * The hours of one session.
   *
   * @param date session date in New York
   * @param open first instant of regular trading
   * @param close first instant after regular trading: 16:00 New York, or earlier
   * @param first first instant of extended trading
   * @param last first instant after extended trading
   */
  public record Session(LocalDate date, Instant open, Instant close, Instant first, Instant last) {
    /**
     * @throws IllegalArgumentException where the hours are not in their order
     */
    public Session {
      if (!open.isBefore(close) || first.isAfter(open) || last.isBefore(close)) {
        throw new IllegalArgumentException(
            String.format(
                "The session of %s cannot be from %s (extended %s) to %s (extended %s)",
                date, open, first, close, last));
      }
    }

    /** With the usual extended hours: from 04:00 New York to four hours after the close. */
    public Session(LocalDate date, Instant open, Instant close) {
      this(date, open, close, at(date, FIRST), close.plus(EXTENDED));
    }

    /** Whether regular trading ends before 16:00 New York. */
    public boolean earlyClose() {
      return close.isBefore(at(date, USUAL_CLOSE));
    }
  }

  /** Sessions by date; an immutable whole, so that a reader never sees half of a refresh. */
  private record Known(TreeMap<LocalDate, Session> sessions) {
    boolean covers(LocalDate date) {
      return !sessions.isEmpty()
          && !date.isBefore(sessions.firstKey())
          && !date.isAfter(sessions.lastKey());
    }
  }

  /** From now on these sessions are all that is taught; none of them leaves the rules alone. */
  public static void learn(Collection<Session> sessions) {
    TreeMap<LocalDate, Session> byDate = new TreeMap<>();
    sessions.forEach(session -> byDate.put(session.date(), session));
    known = new Known(byDate);
  }

  /**
   * As {@link #learn}, from the rows of table {@code market_calendar} as one JSON array.
   *
   * @return how many sessions there are
   */
  public static int learnRows(String rows) {
    List<Session> sessions = new ArrayList<>();
    for (JsonNode row : JsonFields.readOrMissing(rows)) {
      sessions.add(
          new Session(
              LocalDate.parse(row.path("session").asText()),
              instant(row.path("open")),
              instant(row.path("close")),
              instant(row.path("session_open")),
              instant(row.path("session_close"))));
    }
    learn(sessions);
    return sessions.size();
  }

  /** Whether the exchanges hold a session, full or half, on this date. */
  public static boolean isSession(LocalDate date) {
    return session(date).isPresent();
  }

  /** The hours of the session on this date, or empty where there is none. */
  public static Optional<Session> session(LocalDate date) {
    Known now = known;
    return now.covers(date)
        ? Optional.ofNullable(now.sessions().get(date))
        : ExchangeRules.session(date);
  }

  /** Whether regular trading is on at this instant: the open is inclusive, the close exclusive. */
  public static boolean isOpen(Instant at) {
    return session(at.atZone(NEW_YORK).toLocalDate())
        .filter(session -> !at.isBefore(session.open()) && at.isBefore(session.close()))
        .isPresent();
  }

  /**
   * Whether a schedule may start its flow at this instant.
   *
   * @param when {@code always}; {@code session-days}, whatever the hour; or {@code sessions}, while
   *     they are open
   * @throws IllegalArgumentException for another word
   */
  public static boolean admits(String when, Instant at) {
    return switch (when) {
      case "always" -> true;
      case "session-days" -> isSessionDay(at);
      case "sessions" -> isOpen(at);
      default -> throw new IllegalArgumentException("No schedule keeps to " + when);
    };
  }

  /** The session before the date in New York of this instant. */
  public static LocalDate sessionBefore(Instant at) {
    return sessionsBefore(at.atZone(NEW_YORK).toLocalDate(), 1);
  }

  /** Whether this instant's date in New York is one of a session, whatever the hour. */
  public static boolean isSessionDay(Instant at) {
    return isSession(at.atZone(NEW_YORK).toLocalDate());
  }

  /**
   * The n-th session strictly before a date: 1 is the one right before it.
   *
   * @throws IllegalArgumentException if n is less than 1
   */
  public static LocalDate sessionsBefore(LocalDate date, int n) {
    if (n < 1) {
      throw new IllegalArgumentException("n must be 1 or more, but is " + n);
    }
    LocalDate day = date;
    for (int found = 0; found < n; ) {
      day = day.minusDays(1);
      if (isSession(day)) {
        found++;
      }
    }
    return day;
  }

  /** The newest session whose open is not after this instant: the running one, or the last. */
  public static LocalDate lastSession(Instant at) {
    LocalDate today = at.atZone(NEW_YORK).toLocalDate();
    boolean begun = session(today).filter(session -> !session.open().isAfter(at)).isPresent();
    return begun ? today : sessionsBefore(today, 1);
  }

  /** The newest session that was over, extended hours and all, at this instant. */
  public static LocalDate lastFinished(Instant at) {
    LocalDate today = at.atZone(NEW_YORK).toLocalDate();
    boolean over = session(today).filter(session -> !session.last().isAfter(at)).isPresent();
    return over ? today : sessionsBefore(today, 1);
  }

  /** All sessions between two dates, both inclusive, oldest first; empty if to is before from. */
  public static List<LocalDate> sessions(LocalDate from, LocalDate to) {
    return from.isAfter(to)
        ? List.of()
        : from.datesUntil(to.plusDays(1)).filter(MarketCalendar::isSession).toList();
  }

  private static Instant at(LocalDate date, LocalTime time) {
    return date.atTime(time).atZone(NEW_YORK).toInstant();
  }

  private static Instant instant(JsonNode time) {
    return Rfc3339.instant(time.asText());
  }
}
