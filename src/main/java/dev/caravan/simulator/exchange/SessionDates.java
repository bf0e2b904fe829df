package dev.caravan.simulator.exchange;

import dev.caravan.market.ExchangeRules;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;

/**
 * The numbered sessions of a made-up series, from {@link #FIRST} to the end of 2040. A random walk
 * needs the number of a session, so that its value does not depend on what was asked before.
 */
public final class SessionDates {
  public static final LocalDate FIRST = LocalDate.of(2016, 1, 4);
  private static final LocalDate LAST = LocalDate.of(2040, 12, 31);

  static final SessionDates NEW_YORK = new SessionDates(ExchangeRules.sessions(FIRST, LAST));
  static final SessionDates WEEKDAYS =
      new SessionDates(
          FIRST
              .datesUntil(LAST.plusDays(1))
              .filter(date -> date.getDayOfWeek().compareTo(DayOfWeek.SATURDAY) < 0)
              .toList());

  private final List<LocalDate> dates;

  private SessionDates(List<LocalDate> dates) {
    this.dates = dates;
  }

  /** The number of the session on this date, from 0; negative where there is none. */
  int indexOf(LocalDate date) {
    return Collections.binarySearch(dates, date);
  }

  /** The sessions between two dates, both inclusive. */
  List<LocalDate> between(LocalDate from, LocalDate to) {
    int begin = indexOf(from);
    int end = indexOf(to);
    int first = begin >= 0 ? begin : -begin - 1;
    int afterLast = end >= 0 ? end + 1 : -end - 1;
    return first < afterLast ? dates.subList(first, afterLast) : List.of();
  }
}
