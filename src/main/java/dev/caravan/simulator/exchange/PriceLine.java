package dev.caravan.simulator.exchange;

import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a symbol costs in any minute, and whether it is traded then: along the path of the day in
 * the hours of a session, near the last close at other times.
 */
public final class PriceLine {
  private static final int KEPT_DAYS = 8;
  private static final long UNITS = 10_000;
  private static final long CENT = 100;

  private final Optional<Instrument> instrument;
  private final long seed;
  private final Map<LocalDate, Day> days =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<LocalDate, Day> eldest) {
          return size() > KEPT_DAYS;
        }
      };
  private volatile Day last = new Day(0, 0, null, 0, 0);

  /** One date in New York: its minutes since 1970, and the path with the minute it begins at. */
  private record Day(long from, long to, IntradayPath path, long opened, double before) {
    boolean inSession(long minute) {
      return path != null && minute >= opened && minute < opened + path.minutes();
    }

    double quietPrice(long minute) {
      return path == null || minute < opened
          ? before
          : path.regularMinute(path.minutes() - 1).close();
    }
  }

  /**
   * @param instrument empty for a symbol without a history, which costs about 100 dollars
   */
  public PriceLine(String symbol, Optional<Instrument> instrument) {
    this.instrument = instrument;
    this.seed = SeededRandom.seed(symbol, "trade price");
  }

  public boolean isInSession(long minute) {
    return day(minute).inSession(minute);
  }

  /** The price of one of some trades in a minute, in ten-thousandths of a dollar. */
  public long price(long minute, int number, int count) {
    Day day = day(minute);
    double open;
    double close;
    double low;
    double high;
    if (day.inSession(minute)) {
      PriceBar bar = day.path.regularMinute((int) (minute - day.opened));
      open = bar.open();
      close = bar.close();
      low = bar.low();
      high = bar.high();
    } else {
      double quiet = day.quietPrice(minute);
      low = quiet * 0.999;
      high = quiet * 1.001;
      open = low + (high - low) * SeededRandom.uniform(seed, 2 * minute);
      close = low + (high - low) * SeededRandom.uniform(seed, 2 * (minute + 1));
    }
    if (number == count - 1) {
      return cents(close);
    }
    if (number == 0) {
      return cents(open);
    }
    long bits = SeededRandom.bits(seed, minute * 1_000_003L + number);
    long price = cents(low + (high - low) * ((bits >>> 11) * 0x1.0p-53));
    // Some trades lie between two cents, as they do where buyer and seller meet halfway.
    return (bits & 7) == 0 && price + CENT / 2 < high * UNITS ? price + CENT / 2 : price;
  }

  /** Forgets what was computed, after a split. */
  public void clear() {
    synchronized (days) {
      days.clear();
      last = new Day(0, 0, null, 0, 0);
    }
  }

  private static long cents(double dollars) {
    return Math.max(CENT, Math.round(dollars * 100) * CENT);
  }

  private Day day(long minute) {
    Day day = last;
    if (minute < day.from || minute >= day.to) {
      LocalDate date = Timeframe.date(Instant.ofEpochSecond(minute * 60));
      synchronized (days) {
        day = days.get(date);
        if (day == null) {
          day = create(date);
          days.put(date, day);
        }
        last = day;
      }
    }
    return day;
  }

  private Day create(LocalDate date) {
    long from = Timeframe.midnight(date).getEpochSecond() / 60;
    long to = Timeframe.midnight(date.plusDays(1)).getEpochSecond() / 60;
    if (instrument.isEmpty()) {
      return new Day(from, to, null, 0, 100);
    }
    Instrument traded = instrument.get();
    List<LocalDate> before = traded.dates(date.minusDays(14), date.minusDays(1));
    LocalDate newest = before.isEmpty() ? null : before.get(before.size() - 1);
    double close =
        newest == null
            ? 100
            : traded
                .bar(newest)
                .map(bar -> bar.split(traded.ratio(newest, date)).close())
                .orElse(100.0);
    Optional<IntradayPath> path = traded.path(date);
    return path.map(
            found -> new Day(from, to, found, found.startOf(0).getEpochSecond() / 60, close))
        .orElseGet(() -> new Day(from, to, null, 0, close));
  }
}
