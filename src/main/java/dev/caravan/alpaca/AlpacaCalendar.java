package dev.caravan.alpaca;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.ExchangeRules;
import dev.caravan.market.MarketCalendar;
import dev.caravan.market.MarketCalendar.Session;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads Alpaca's calendar and clock (reference alpaca-rest, section 9): {@code [{date, open, close,
 * session_open, session_close}]}, hours in New York's local time, days without trading absent; and
 * {@code {timestamp, is_open, next_open, next_close}}.
 *
 * <p>What a calendar leaves out is a day without trading to everyone who asks it later: a calendar
 * that is malformed in one row, or comes short, is refused as a whole.
 */
public final class AlpacaCalendar {
  private static final String CALENDAR = "alpaca's calendar";
  private static final String CLOCK = "alpaca's clock";

  private static final int YEARS_BACK = 1;
  private static final int YEARS_AHEAD = 3;

  /** Fewer days to come than these, and the list was cut off. */
  private static final int LEAST_DAYS_AHEAD = 30;

  /** Since 2001 no three years had more closures that the rules do not know. */
  private static final int MOST_UNPLANNED = 5;

  private static final Duration TOLERANCE = Duration.ofSeconds(4);

  private static final DateTimeFormatter WITH_COLON = DateTimeFormatter.ofPattern("HH:mm");
  private static final DateTimeFormatter WITHOUT_COLON = DateTimeFormatter.ofPattern("HHmm");

  private AlpacaCalendar() {}

  /** The query for a year back and all that is served ahead. */
  public static String query(Instant now) {
    LocalDate today = now.atZone(MarketCalendar.NEW_YORK).toLocalDate();
    return "start=" + today.minusYears(YEARS_BACK) + "&end=" + today.plusYears(YEARS_AHEAD);
  }

  /**
   * The sessions of an answer to {@link #query}, oldest first.
   *
   * @throws MissingDataException when any of them is malformed, closes before it opens or is out of
   *     order, or when the list comes short
   */
  public static List<Session> sessions(JsonNode answer, Instant now) {
    if (!answer.isArray()) {
      throw new MissingDataException(
          "sessions", CALENDAR, "answered with " + JsonFields.quoted(answer));
    }
    List<Session> sessions = new ArrayList<>();
    for (JsonNode row : answer) {
      Session session = session(row);
      if (!sessions.isEmpty()
          && !session.date().isAfter(sessions.get(sessions.size() - 1).date())) {
        throw new MissingDataException(
            "order", CALENDAR, session.date() + " comes after a date that is not before it");
      }
      sessions.add(session);
    }
    refuseShort(sessions, now.atZone(MarketCalendar.NEW_YORK).toLocalDate());
    return List.copyOf(sessions);
  }

  /**
   * Alpaca's time, from an answer to {@code /v2/clock}.
   *
   * @throws MissingDataException where there is none
   */
  public static Instant time(JsonNode answer) {
    return JsonFields.required(
        JsonFields.time(answer.path("timestamp"), "timestamp", CLOCK), "timestamp", CLOCK);
  }

  /**
   * What is wrong with our clock: null where it is right within 4 seconds, beyond the time that the
   * request took.
   *
   * @param asked our time when Alpaca was asked
   * @param answered our time when the answer was read
   * @param theirs Alpaca's time, some moment between the two
   */
  public static String fault(Instant asked, Instant answered, Instant theirs) {
    Duration behind = Duration.between(answered, theirs);
    Duration ahead = Duration.between(theirs, asked);
    Duration off = behind.compareTo(ahead) > 0 ? behind : ahead;
    return off.compareTo(TOLERANCE) <= 0
        ? null
        : String.format(
            "the clock of this machine is %d s %s Alpaca's: set it, or let NTP do so, since what is"
                + " due, and what counts as final, goes by it",
            off.toSeconds(), off == behind ? "behind" : "ahead of");
  }

  private static void refuseShort(List<Session> sessions, LocalDate today) {
    LocalDate from = today.minusYears(YEARS_BACK);
    LocalDate first = sessions.isEmpty() ? null : sessions.get(0).date();
    LocalDate last = sessions.isEmpty() ? null : sessions.get(sessions.size() - 1).date();
    if (first == null
        || ExchangeRules.sessions(from, first.minusDays(1)).size() > MOST_UNPLANNED
        || last.isBefore(today.plusDays(LEAST_DAYS_AHEAD))) {
      throw new MissingDataException(
          "sessions",
          CALENDAR,
          "it holds " + (first == null ? "none" : first + " to " + last) + ", asked since " + from);
    }
    int usual = ExchangeRules.sessions(first, last).size();
    if (usual - sessions.size() > MOST_UNPLANNED) {
      throw new MissingDataException(
          "sessions",
          CALENDAR,
          sessions.size() + " from " + first + " to " + last + ", where " + usual + " are usual");
    }
  }

  private static Session session(JsonNode row) {
    String text = JsonFields.required(JsonFields.text(row.path("date")), "date", CALENDAR);
    LocalDate date;
    try {
      date = LocalDate.parse(text);
    } catch (DateTimeException malformed) {
      throw new MissingDataException("date", CALENDAR, "not a date: " + JsonFields.quoted(row));
    }
    String of = CALENDAR + " of " + date;
    if (date.getDayOfWeek().compareTo(DayOfWeek.FRIDAY) > 0) {
      throw new MissingDataException("weekday", of, "a session at the weekend");
    }
    Instant open = at(date, JsonFields.required(time(row, "open", WITH_COLON, of), "open", of));
    Instant close = at(date, JsonFields.required(time(row, "close", WITH_COLON, of), "close", of));
    LocalTime first = time(row, "session_open", WITHOUT_COLON, of);
    LocalTime last = time(row, "session_close", WITHOUT_COLON, of);
    try {
      Session usual = new Session(date, open, close);
      return new Session(
          date,
          open,
          close,
          first == null ? usual.first() : at(date, first),
          last == null ? usual.last() : at(date, last));
    } catch (IllegalArgumentException order) {
      throw new MissingDataException("hours", of, order.getMessage());
    }
  }

  private static LocalTime time(JsonNode row, String field, DateTimeFormatter form, String of) {
    if (JsonFields.absent(row.path(field))) {
      return null;
    }
    try {
      return LocalTime.parse(row.path(field).asText(), form);
    } catch (DateTimeException malformed) {
      throw new MissingDataException(
          field, of, "not a time: " + JsonFields.quoted(row.path(field)));
    }
  }

  private static Instant at(LocalDate date, LocalTime time) {
    return date.atTime(time).atZone(MarketCalendar.NEW_YORK).toInstant();
  }
}
