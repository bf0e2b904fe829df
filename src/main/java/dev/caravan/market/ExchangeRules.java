package dev.caravan.market;

import dev.caravan.market.MarketCalendar.Session;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Month;
import java.time.temporal.TemporalAdjusters;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The regular sessions of the New York exchanges by their published rules: holidays, half days and
 * the unplanned closures since 1990. Nothing is read from anywhere, so a closure that is announced
 * after this was written is unknown here; {@link MarketCalendar} may have been told of it.
 *
 * <p>Source of the rules: NYSE Rule 7.2 and the exchange's yearly holiday notices.
 */
public final class ExchangeRules {
  private static final LocalTime OPEN = LocalTime.of(9, 30);
  private static final LocalTime CLOSE = LocalTime.of(16, 0);
  private static final LocalTime EARLY_CLOSE = LocalTime.of(13, 0);
  private static final int FIRST_JUNETEENTH = 2022;
  private static final int FIRST_KING_DAY = 1998;

  /**
   * The days after the attack of 2001, Hurricane Sandy, and the days of mourning for presidents
   * Nixon, Reagan, Ford, Bush and Carter.
   */
  private static final Set<LocalDate> UNPLANNED_CLOSURES =
      Set.of(
          LocalDate.of(1994, 4, 27),
          LocalDate.of(2001, 9, 11),
          LocalDate.of(2001, 9, 12),
          LocalDate.of(2001, 9, 13),
          LocalDate.of(2001, 9, 14),
          LocalDate.of(2004, 6, 11),
          LocalDate.of(2007, 1, 2),
          LocalDate.of(2012, 10, 29),
          LocalDate.of(2012, 10, 30),
          LocalDate.of(2018, 12, 5),
          LocalDate.of(2025, 1, 9));

  private static final Map<Integer, Set<LocalDate>> HOLIDAYS = new ConcurrentHashMap<>();

  private ExchangeRules() {}

  /** Whether the rules see a session, full or half, on this date. */
  public static boolean isSession(LocalDate date) {
    return !isWeekend(date)
        && !UNPLANNED_CLOSURES.contains(date)
        && !HOLIDAYS.computeIfAbsent(date.getYear(), ExchangeRules::holidays).contains(date);
  }

  /** The hours of the session on this date, or empty where the rules see none. */
  public static Optional<Session> session(LocalDate date) {
    if (!isSession(date)) {
      return Optional.empty();
    }
    LocalTime close = closesEarly(date) ? EARLY_CLOSE : CLOSE;
    return Optional.of(new Session(date, at(date, OPEN), at(date, close)));
  }

  /** All sessions between two dates, both inclusive, oldest first; empty if to is before from. */
  public static List<LocalDate> sessions(LocalDate from, LocalDate to) {
    return from.isAfter(to)
        ? List.of()
        : from.datesUntil(to.plusDays(1)).filter(ExchangeRules::isSession).toList();
  }

  private static boolean isWeekend(LocalDate date) {
    return date.getDayOfWeek().compareTo(DayOfWeek.FRIDAY) > 0;
  }

  private static Instant at(LocalDate date, LocalTime time) {
    return date.atTime(time).atZone(MarketCalendar.NEW_YORK).toInstant();
  }

  private static boolean closesEarly(LocalDate date) {
    LocalDate independenceDay = LocalDate.of(date.getYear(), Month.JULY, 4);
    return date.equals(thanksgiving(date.getYear()).plusDays(1))
        || date.equals(LocalDate.of(date.getYear(), Month.DECEMBER, 24))
        || (date.equals(independenceDay.minusDays(1)) && !isWeekend(independenceDay));
  }

  private static Set<LocalDate> holidays(int year) {
    Set<LocalDate> days =
        new HashSet<>(
            List.of(
                nth(3, DayOfWeek.MONDAY, year, Month.FEBRUARY),
                easter(year).minusDays(2),
                LocalDate.of(year, Month.MAY, 1)
                    .with(TemporalAdjusters.lastInMonth(DayOfWeek.MONDAY)),
                nth(1, DayOfWeek.MONDAY, year, Month.SEPTEMBER),
                thanksgiving(year)));
    if (year >= FIRST_KING_DAY) {
      days.add(nth(3, DayOfWeek.MONDAY, year, Month.JANUARY));
    }
    LocalDate newYear = LocalDate.of(year, Month.JANUARY, 1);
    // A New Year's Day on a Saturday would close the last day of the accounting year: it is not
    // made up for.
    days.add(newYear.getDayOfWeek() == DayOfWeek.SATURDAY ? newYear : observed(newYear));
    Stream.of(
            LocalDate.of(year, Month.JUNE, 19),
            LocalDate.of(year, Month.JULY, 4),
            LocalDate.of(year, Month.DECEMBER, 25))
        .filter(day -> day.getMonth() != Month.JUNE || year >= FIRST_JUNETEENTH)
        .map(ExchangeRules::observed)
        .forEach(days::add);
    return Set.copyOf(days);
  }

  private static LocalDate observed(LocalDate holiday) {
    return switch (holiday.getDayOfWeek()) {
      case SATURDAY -> holiday.minusDays(1);
      case SUNDAY -> holiday.plusDays(1);
      default -> holiday;
    };
  }

  private static LocalDate thanksgiving(int year) {
    return nth(4, DayOfWeek.THURSDAY, year, Month.NOVEMBER);
  }

  private static LocalDate nth(int n, DayOfWeek day, int year, Month month) {
    return LocalDate.of(year, month, 1).with(TemporalAdjusters.dayOfWeekInMonth(n, day));
  }

  /** Easter Sunday of the Gregorian calendar, by the algorithm of Meeus, Jones and Butcher. */
  private static LocalDate easter(int year) {
    int golden = year % 19;
    int century = year / 100;
    int rest = year % 100;
    int epact =
        (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
    int weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    int correction = (golden + 11 * epact + 22 * weekday) / 451;
    int days = epact + weekday - 7 * correction + 114;
    return LocalDate.of(year, days / 31, days % 31 + 1);
  }
}
