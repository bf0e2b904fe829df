package dev.caravan.market;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.TextStyle;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A date that a person asks the bars of: which symbols can have any on it, and why the others have
 * none. US securities keep the sessions of New York, half ones too; crypto is traded every day; of
 * other exchanges no more is known than their days of the week.
 */
public final class SessionDate {
  private static final Pattern CRYPTO = Pattern.compile("[A-Z0-9]+-[A-Z]{3,4}");
  private static final Pattern NOT_OF_THE_US = Pattern.compile("\\^.*|.*=.*|.*\\..+");
  private static final Pattern OPEN_ON_SUNDAY = Pattern.compile(".*\\.(SR|SAU|QA|KW|CA|TA)");

  private SessionDate() {}

  /**
   * Whether there can be bars of a symbol by now.
   *
   * @param yahooSymbol Yahoo's spelling, by which other exchanges are told; null where it does not
   *     matter, since only US securities are asked for
   * @param timeframe of the bars: those of a day begin with regular hours, others with extended
   *     ones
   */
  public static boolean has(
      String symbol, String yahooSymbol, LocalDate date, String timeframe, Instant now) {
    if (yahooSymbol != null && symbol.equals(yahooSymbol) && CRYPTO.matcher(symbol).matches()) {
      return true;
    }
    if (yahooSymbol != null && NOT_OF_THE_US.matcher(yahooSymbol).matches()) {
      return date.getDayOfWeek() != DayOfWeek.SATURDAY
          && (date.getDayOfWeek() != DayOfWeek.SUNDAY
              || OPEN_ON_SUNDAY.matcher(yahooSymbol).matches());
    }
    return MarketCalendar.session(date)
        .filter(session -> !begin(session, timeframe).isAfter(now))
        .isPresent();
  }

  /** Why a date has no bars, in plain words: it is no session, or one that has not begun. */
  public static String reason(LocalDate date, String timeframe) {
    return MarketCalendar.session(date)
        .map(
            session ->
                "the session of "
                    + date
                    + " has not begun: it does at "
                    + begin(session, timeframe))
        .orElseGet(() -> date + " is not a session (" + day(date) + ")");
  }

  private static String day(LocalDate date) {
    String name = date.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
    boolean weekend = date.getDayOfWeek().compareTo(DayOfWeek.SATURDAY) >= 0;
    return weekend ? name : name + ", a holiday";
  }

  private static Instant begin(MarketCalendar.Session session, String timeframe) {
    return timeframe.equals("1Day") ? session.open() : session.first();
  }
}
