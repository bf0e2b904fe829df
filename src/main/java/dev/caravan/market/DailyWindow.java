package dev.caravan.market;

import java.time.Instant;
import java.time.LocalDate;

/**
 * The dates in New York whose bars a run asks for, both inclusive.
 *
 * @param from first date
 * @param to last date
 */
public record DailyWindow(LocalDate from, LocalDate to) {
  /**
   * Sessions before the newest one that was read that are asked for again: late corrections fall
   * there.
   */
  private static final int OVERLAP_SESSIONS = 5;

  /** Days of hourly and of minute bars that are asked for where none is stored. */
  private static final int FIRST_DAYS = 7;

  /**
   * What is due of bars of one timeframe: of {@code 1Day} as {@link #due}; of {@code 1Hour} what
   * came since the newest one that was read, with a session of overlap, and the first time 7 days;
   * of {@code 1Min} always 7 days, since minutes are corrected for days and cost little to read
   * again.
   *
   * @param timeframe {@code 1Day}, {@code 1Hour} or {@code 1Min}
   * @param newest date in New York up to which they are read, or null where they never were
   * @param only the one session that was asked for, or null
   * @throws IllegalArgumentException for another timeframe
   */
  public static DailyWindow of(String timeframe, String newest, LocalDate only, Instant now) {
    if (only != null) {
      return new DailyWindow(only, only);
    }
    LocalDate today = now.atZone(MarketCalendar.NEW_YORK).toLocalDate();
    LocalDate week = today.minusDays(FIRST_DAYS);
    return switch (timeframe) {
      case "1Day" -> due(newest, null, now);
      case "1Hour" ->
          newest == null
              ? new DailyWindow(week, today)
              : until(MarketCalendar.sessionsBefore(LocalDate.parse(newest), 1), today);
      case "1Min" -> new DailyWindow(week, today);
      default -> throw new IllegalArgumentException("No flow loads bars of " + timeframe);
    };
  }

  /**
   * @param newest session up to which bars are read, or null where they never were: then a year is
   *     due
   * @param only the one session that was asked for, or null
   */
  public static DailyWindow due(String newest, LocalDate only, Instant now) {
    if (only != null) {
      return new DailyWindow(only, only);
    }
    LocalDate today = now.atZone(MarketCalendar.NEW_YORK).toLocalDate();
    LocalDate from =
        newest == null
            ? today.minusYears(1)
            : MarketCalendar.sessionsBefore(LocalDate.parse(newest), OVERLAP_SESSIONS);
    return until(from, today);
  }

  /**
   * Since when an answer of this window proves what is read, or null where one session was asked
   * for: it says nothing of those before it.
   *
   * @param only the one session that was asked for, or null
   */
  public static LocalDate readFrom(DailyWindow window, LocalDate only) {
    return only == null ? window.from : null;
  }

  /** From a known date on, whatever is stored: after a split the whole history is due. */
  public static DailyWindow since(String date, Instant now) {
    return new DailyWindow(
        LocalDate.parse(date), now.atZone(MarketCalendar.NEW_YORK).toLocalDate());
  }

  /** Between two dates, from the texts that the database gives. */
  public static DailyWindow between(String from, String to) {
    return new DailyWindow(LocalDate.parse(from), LocalDate.parse(to));
  }

  private static DailyWindow until(LocalDate from, LocalDate today) {
    return new DailyWindow(from.isAfter(today) ? today : from, today);
  }

  @Override
  public String toString() {
    return from.equals(to) ? from.toString() : from + " to " + to;
  }
}
