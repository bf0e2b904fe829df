package dev.caravan.market;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;

/**
 * When a US share's bar begins, whatever time it is sent with: two bars of one session or minute
 * must not become two rows.
 */
public final class BarStart {
  private static final Map<String, Duration> LENGTHS =
      Map.of(
          "1Min", Duration.ofMinutes(1),
          "5Min", Duration.ofMinutes(5),
          "15Min", Duration.ofMinutes(15),
          // An hour may be counted from the open.
          "1Hour", Duration.ofMinutes(1));

  private BarStart() {}

  /**
   * Of {@code 1Day} midnight in New York of the session's date; of others the start of the minutes
   * that the time lies in.
   */
  public static Instant of(String timeframe, Instant sent) {
    Duration length = LENGTHS.get(timeframe);
    if (length == null) {
      return session(sent).atStartOfDay(MarketCalendar.NEW_YORK).toInstant();
    }
    return Instant.ofEpochSecond(
        sent.getEpochSecond() - Math.floorMod(sent.getEpochSecond(), length.toSeconds()));
  }

  /**
   * The session of a daily bar. Midnight in UTC, and midnight in New York by the other half year's
   * clock, are the evening before in New York: there the date behind them is meant, if that one is
   * traded.
   */
  private static LocalDate session(Instant sent) {
    ZonedDateTime local = sent.atZone(MarketCalendar.NEW_YORK);
    LocalDate date = local.toLocalDate();
    boolean midnightElsewhere =
        sent.atZone(ZoneOffset.UTC).toLocalTime().equals(LocalTime.MIDNIGHT)
            || local.toLocalTime().equals(LocalTime.of(23, 0));
    LocalDate next = date.plusDays(1);
    return midnightElsewhere && (MarketCalendar.isSession(next) || !MarketCalendar.isSession(date))
        ? next
        : date;
  }
}
