package dev.caravan.simulator.exchange;

import dev.caravan.market.MarketCalendar;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The length of Alpaca's bars: {@code 1-59 Min} or {@code T}, {@code 1-23 Hour} or {@code H}, one
 * {@code Day} or {@code D}, one {@code Week} or {@code W}, {@code 1,2,3,4,6,12 Month} or {@code M}.
 */
public record Timeframe(int amount, Unit unit) {
  /** Minutes and hours lie within a day; the others hold whole days. */
  public enum Unit {
    MINUTE('M'),
    HOUR('H'),
    DAY('D'),
    WEEK('W'),
    MONTH('O');

    private final char letter;

    Unit(char letter) {
      this.letter = letter;
    }

    public char letter() {
      return letter;
    }
  }

  private static final Pattern FORM =
      Pattern.compile("([1-9][0-9]?)(Min|T|Hour|H|Day|D|Week|W|Month|M)");

  public static Optional<Timeframe> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int amount = Integer.parseInt(matcher.group(1));
    return switch (matcher.group(2)) {
      case "Min", "T" -> accept(amount <= 59, amount, Unit.MINUTE);
      case "Hour", "H" -> accept(amount <= 23, amount, Unit.HOUR);
      case "Day", "D" -> accept(amount == 1, amount, Unit.DAY);
      case "Week", "W" -> accept(amount == 1, amount, Unit.WEEK);
      default -> accept(12 % amount == 0, amount, Unit.MONTH);
    };
  }

  public boolean withinDay() {
    return unit == Unit.MINUTE || unit == Unit.HOUR;
  }

  /** How long a bar within a day is at most. */
  public Duration length() {
    return Duration.ofMinutes(amount * (unit == Unit.HOUR ? 60L : 1L));
  }

  /** When the bar begins that holds this minute; bars are counted from New York midnight. */
  public Instant startOf(Instant minute, Instant midnight) {
    long length = amount * (unit == Unit.HOUR ? 3600L : 60L);
    long passed = Duration.between(midnight, minute).toSeconds();
    return midnight.plusSeconds(passed / length * length);
  }

  /** The first date of the bar that holds this date. */
  public LocalDate firstDate(LocalDate date) {
    return switch (unit) {
      case MINUTE, HOUR, DAY -> date;
      case WEEK -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
      case MONTH -> date.withDayOfMonth(1).minusMonths((date.getMonthValue() - 1) % amount);
    };
  }

  /** The last date of the bar that begins on this date. */
  public LocalDate lastDate(LocalDate first) {
    return switch (unit) {
      case MINUTE, HOUR, DAY -> first;
      case WEEK -> first.plusDays(6);
      case MONTH -> first.plusMonths(amount).minusDays(1);
    };
  }

  public static Instant midnight(LocalDate date) {
    return date.atStartOfDay(MarketCalendar.NEW_YORK).toInstant();
  }

  public static LocalDate date(Instant at) {
    return at.atZone(MarketCalendar.NEW_YORK).toLocalDate();
  }

  private static Optional<Timeframe> accept(boolean allowed, int amount, Unit unit) {
    return allowed ? Optional.of(new Timeframe(amount, unit)) : Optional.empty();
  }
}
