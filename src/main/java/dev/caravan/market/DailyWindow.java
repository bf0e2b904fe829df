package dev.caravan.market;

import java.time.Instant;
import java.time.LocalDate;

/**
 * The sessions whose daily bars a run asks for, both inclusive.
 *
 * @param from first date
 * @param to last date
 */
public record DailyWindow(LocalDate from, LocalDate to) {
  /**
   * Sessions before the newest stored one that are asked for again: late corrections fall there.
   */
  private static final int OVERLAP_SESSIONS = 5;

  /**
   * @param newest session of the newest stored bar, or null where there is none: then a year is due
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
    return new DailyWindow(from.isAfter(today) ? today : from, today);
  }

  /** From a known date on, whatever is stored: after a split the whole history is due. */
  public static DailyWindow since(String date, Instant now) {
    return new DailyWindow(
        LocalDate.parse(date), now.atZone(MarketCalendar.NEW_YORK).toLocalDate());
  }

  @Override
  public String toString() {
    return from.equals(to) ? from.toString() : from + " to " + to;
  }
}
