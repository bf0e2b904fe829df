package dev.caravan.market;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * On which days an exchange can have a session, by its zone. Of New York the calendar is known,
 * holidays and all; of the others the days of the week alone.
 */
public final class TradingWeek {
  /** Since then New York has had no session on a Saturday, and its closed days are known. */
  private static final LocalDate KNOWN_SINCE = LocalDate.of(1990, 1, 1);

  private static final Set<DayOfWeek> FRIDAY_AND_SATURDAY =
      EnumSet.of(DayOfWeek.FRIDAY, DayOfWeek.SATURDAY);
  private static final Set<DayOfWeek> SATURDAY_AND_SUNDAY =
      EnumSet.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY);

  /** Exchanges that rest on Friday and Saturday, each with the first date on which it did not. */
  private static final Map<String, LocalDate> REST_ON_FRIDAY =
      Map.ofEntries(
          Map.entry("Asia/Riyadh", LocalDate.MAX),
          Map.entry("Asia/Kuwait", LocalDate.MAX),
          Map.entry("Asia/Qatar", LocalDate.MAX),
          Map.entry("Asia/Bahrain", LocalDate.MAX),
          Map.entry("Asia/Muscat", LocalDate.MAX),
          Map.entry("Asia/Amman", LocalDate.MAX),
          Map.entry("Asia/Baghdad", LocalDate.MAX),
          Map.entry("Asia/Dhaka", LocalDate.MAX),
          Map.entry("Africa/Cairo", LocalDate.MAX),
          Map.entry("Asia/Dubai", LocalDate.of(2022, 1, 3)),
          Map.entry("Asia/Jerusalem", LocalDate.of(2026, 1, 5)),
          Map.entry("Asia/Tel_Aviv", LocalDate.of(2026, 1, 5)));

  /** Tel Aviv has moved to Monday to Friday; what it may still hold on a Sunday is no error. */
  private static final Set<String> SUNDAYS_TOO = Set.of("Asia/Jerusalem", "Asia/Tel_Aviv");

  private TradingWeek() {}

  /** Whether instruments of this kind can trade on a date of that zone. */
  public static boolean trades(InstrumentKind kind, ZoneId zone, LocalDate date) {
    if (kind == InstrumentKind.CRYPTO) {
      return true;
    }
    if (kind == InstrumentKind.CURRENCY || kind == InstrumentKind.FUTURE) {
      return !SATURDAY_AND_SUNDAY.contains(date.getDayOfWeek());
    }
    if (zone.equals(MarketCalendar.NEW_YORK)) {
      if (date.isBefore(KNOWN_SINCE)) {
        return date.getDayOfWeek() != DayOfWeek.SUNDAY;
      }
      // An index may be one of another market, which has holidays of its own.
      return kind == InstrumentKind.SHARE
          ? MarketCalendar.isSession(date)
          : !SATURDAY_AND_SUNDAY.contains(date.getDayOfWeek());
    }
    LocalDate moved = REST_ON_FRIDAY.get(zone.getId());
    if (moved != null && date.isBefore(moved)) {
      return !FRIDAY_AND_SATURDAY.contains(date.getDayOfWeek());
    }
    return date.getDayOfWeek() != DayOfWeek.SATURDAY
        && (date.getDayOfWeek() != DayOfWeek.SUNDAY || SUNDAYS_TOO.contains(zone.getId()));
  }

  /** The last date before this one on which they can. */
  public static LocalDate before(InstrumentKind kind, ZoneId zone, LocalDate date) {
    LocalDate day = date.minusDays(1);
    while (!trades(kind, zone, day)) {
      day = day.minusDays(1);
    }
    return day;
  }
}
