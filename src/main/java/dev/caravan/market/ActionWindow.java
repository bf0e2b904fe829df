package dev.caravan.market;

import java.time.Instant;
import java.time.LocalDate;

/**
 * The dates whose corporate actions a run asks for, both inclusive.
 *
 * @param from first date
 * @param to last date; in the future, since actions are announced
 */
public record ActionWindow(LocalDate from, LocalDate to) {
  /** A provider enters and corrects actions days after, and some weeks before their date. */
  private static final int OVERLAP_DAYS = 30;

  /**
   * @param readOn date of the last reading, or null where all is due
   * @param oldest date of the oldest stored bar, or null where there is none: then a year is due
   * @param only the one date that was asked for, or null
   */
  public static ActionWindow due(String readOn, String oldest, LocalDate only, Instant now) {
    if (only != null) {
      return new ActionWindow(only, only);
    }
    LocalDate today = now.atZone(MarketCalendar.NEW_YORK).toLocalDate();
    LocalDate to = today.plusDays(OVERLAP_DAYS);
    if (readOn != null) {
      return new ActionWindow(LocalDate.parse(readOn).minusDays(OVERLAP_DAYS), to);
    }
    LocalDate year = today.minusYears(1);
    LocalDate first = oldest == null ? year : LocalDate.parse(oldest);
    return new ActionWindow(first.isBefore(year) ? first : year, to);
  }

  @Override
  public String toString() {
    return from + " to " + to;
  }
}
