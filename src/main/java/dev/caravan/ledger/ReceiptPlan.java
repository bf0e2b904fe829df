package dev.caravan.ledger;

import dev.caravan.market.MarketCalendar;
import dev.caravan.market.answer.RowJson;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is owed of a session, by the calendar and the settings and never by what is stored. No I/O.
 *
 * <p>Each symbol is owed its daily bar from each of its sources as soon as the session is over, and
 * of Alpaca the minutes of the stream's feed as well. The minutes of the history feed are owed from
 * the next day on, since {@code start-of-day} loads them then. Trades have no receipt: how many
 * there should be is known to nobody, and what was not delivered of them is in the gap ledger.
 */
public final class ReceiptPlan {
  /** Every plan serves what is older, and the last bars have come by then. */
  private static final Duration SETTLED = Duration.ofMinutes(16);

  private boolean alpaca;
  private boolean streams;
  private String feed;
  private String historyFeed;
  private List<String> channels = List.of();

  /**
   * One dataset that is owed of a session.
   *
   * @param after the session before: symbols that are traded every day are owed the days between
   * @param opensAt start of the first bar
   * @param closesAt end of what is counted
   * @param expected bars
   */
  private record Due(
      String source,
      String feed,
      String timeframe,
      LocalDate session,
      LocalDate after,
      Instant opensAt,
      Instant closesAt,
      long expected) {}

  /** Whether there are keys for Alpaca. */
  public void setAlpaca(boolean alpaca) {
    this.alpaca = alpaca;
  }

  /** Whether the stream is read at all. */
  public void setStreams(boolean streams) {
    this.streams = streams;
  }

  /** Feed of the stream. */
  public void setFeed(String feed) {
    this.feed = feed;
  }

  /** Feed of historical bars. */
  public void setHistoryFeed(String historyFeed) {
    this.historyFeed = historyFeed;
  }

  /** What is read of the stream, separated by commas. */
  public void setChannels(String channels) {
    this.channels = List.of(channels.strip().split("\\s*,\\s*"));
  }

  /**
   * The session that is to be counted: the one that was asked for, or the newest that is over.
   *
   * @param date in New York, or null
   * @throws IllegalArgumentException with what to do where there is nothing to count yet, or at all
   */
  public LocalDate session(LocalDate date, Instant now) {
    LocalDate session = date == null ? MarketCalendar.lastSession(now) : date;
    Instant close =
        MarketCalendar.session(session)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        session
                            + " is no session of the New York exchanges: nothing is expected of"
                            + " it. The session before it is "
                            + MarketCalendar.sessionsBefore(session, 1)))
            .close();
    if (!close.plus(SETTLED).isAfter(now)) {
      return session;
    }
    if (date == null) {
      return MarketCalendar.sessionsBefore(session, 1);
    }
    throw new IllegalArgumentException(
        "The session of " + session + " can be counted from " + close.plus(SETTLED) + " on");
  }

  /** What is owed of a session that is over, as the rows of {@code receipts/insert_due}. */
  public String due(LocalDate session, Instant now) {
    return RowJson.json(of(session, now));
  }

  /**
   * What is owed of all sessions that ended since a time and are over, as rows like {@link #due}.
   *
   * @param since ISO-8601 in UTC
   */
  public String dueSince(String since, Instant now) {
    List<Due> due = new ArrayList<>();
    Instant begin = Instant.parse(since);
    LocalDate first = begin.atZone(MarketCalendar.NEW_YORK).toLocalDate();
    LocalDate last = now.atZone(MarketCalendar.NEW_YORK).toLocalDate();
    for (LocalDate date : MarketCalendar.sessions(first, last)) {
      Instant close = MarketCalendar.session(date).orElseThrow().close();
      if (close.isAfter(begin) && !close.plus(SETTLED).isAfter(now)) {
        due.addAll(of(date, now));
      }
    }
    return RowJson.json(due);
  }

  private List<Due> of(LocalDate date, Instant now) {
    MarketCalendar.Session session = MarketCalendar.session(date).orElseThrow();
    Set<Due> due = new LinkedHashSet<>();
    due.add(day("yahoo", "-", session));
    if (alpaca) {
      due.add(day("alpaca", historyFeed, session));
      if (now.atZone(MarketCalendar.NEW_YORK).toLocalDate().isAfter(date)) {
        due.add(minutes(historyFeed, session));
      }
      // The test feed knows no sessions and has no history.
      if (streams && channels.contains("bars") && !feed.equals("test")) {
        due.add(minutes(feed, session));
      }
    }
    return List.copyOf(due);
  }

  private static Due day(String source, String feed, MarketCalendar.Session session) {
    Instant midnight = session.date().atStartOfDay(MarketCalendar.NEW_YORK).toInstant();
    return due(source, feed, "1Day", session, midnight, 1);
  }

  private static Due minutes(String feed, MarketCalendar.Session session) {
    long minutes = Duration.between(session.open(), session.close()).toMinutes();
    return due("alpaca", feed, "1Min", session, session.open(), minutes);
  }

  private static Due due(
      String source,
      String feed,
      String timeframe,
      MarketCalendar.Session session,
      Instant opensAt,
      long expected) {
    LocalDate before = MarketCalendar.sessionsBefore(session.date(), 1);
    return new Due(
        source, feed, timeframe, session.date(), before, opensAt, session.close(), expected);
  }

  /** What came of a count, as one line for the log, from the row of {@code count_receipts}. */
  public static String line(LocalDate session, Map<String, Object> row) {
    return "Session "
        + session
        + " of "
        + row.get("symbols")
        + " symbols: "
        + row.get("expected")
        + " bars expected, "
        + row.get("stored")
        + " stored, "
        + row.get("no_trade")
        + " without a trade, "
        + row.get("missing")
        + " missing; "
        + row.get("gaps")
        + " gaps opened";
  }

  /** What a start finds owed, as one line for the log; the newest session comes first. */
  public static String owedLine(List<Map<String, Object>> sessions) {
    if (sessions.isEmpty()) {
      return "Every session since the first run has its receipts";
    }
    Object newest = sessions.get(0).get("session");
    Object oldest = sessions.get(sessions.size() - 1).get("session");
    return "Owed: the receipts of "
        + (sessions.size() == 1
            ? "session " + newest
            : sessions.size() + " sessions, " + oldest + " to " + newest);
  }

  /** The date of a row of {@code receipts/select_owed_sessions}. */
  public static LocalDate date(Object session) {
    return LocalDate.parse(session.toString());
  }
}
