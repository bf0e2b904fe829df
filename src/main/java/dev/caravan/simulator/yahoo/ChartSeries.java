package dev.caravan.simulator.yahoo;

import dev.caravan.simulator.exchange.Dividend;
import dev.caravan.simulator.exchange.Hours;
import dev.caravan.simulator.exchange.Instrument;
import dev.caravan.simulator.exchange.IntradayPath;
import dev.caravan.simulator.exchange.Listing;
import dev.caravan.simulator.exchange.PriceBar;
import dev.caravan.simulator.exchange.SeededRandom;
import dev.caravan.simulator.exchange.Split;
import dev.caravan.simulator.exchange.Venue;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One instrument as Yahoo tells it at one instant: the whole history is divided by every split that
 * Yahoo has taken in by then, in the currency of that day, and the last session that has begun is
 * the live row until the next one begins.
 */
final class ChartSeries {
  private static final double SYMBOLS_WITH_HOLES = 0.1;
  private static final double HOLES = 1 / 500.0;
  private static final int WITHOUT_HOLES = 5;
  private static final int YEAR = 252;

  private final Instrument instrument;
  private final Venue venue;
  private final Instant now;
  private final boolean alwaysOpen;
  private final LocalDate today;
  private final List<LocalDate> dates;
  private final Optional<LocalDate> live;
  private final Optional<IntradayPath> roundTheClock;

  ChartSeries(Instrument instrument, Instant now, boolean alwaysOpen) {
    this.instrument = instrument;
    this.venue = instrument.venue();
    this.now = now;
    this.today = now.atZone(venue.zone()).toLocalDate();
    this.alwaysOpen = alwaysOpen && !instrument.recorded();
    this.roundTheClock = this.alwaysOpen ? instrument.roundTheClock(today) : Optional.empty();
    List<LocalDate> begun = instrument.datesUntil(now);
    if (roundTheClock.isPresent()) {
      this.dates = new ArrayList<>(begun);
      this.dates.remove(today);
      this.dates.add(today);
      this.live = Optional.of(today);
    } else {
      this.dates = begun;
      this.live = last(begun).filter(this::isNewestSession);
    }
  }

  List<LocalDate> dates() {
    return dates;
  }

  /** The currency of its prices. */
  String currency() {
    return instrument.currency(today);
  }

  LocalDate today() {
    return today;
  }

  /** The time of the last trade. */
  Optional<Instant> marketTime() {
    return last(dates).map(date -> timeOfLastTrade(venue.hours(date)));
  }

  Optional<ChartRow> lastRow() {
    return last(dates).map(this::row);
  }

  /** The daily row of a date. */
  ChartRow row(LocalDate date) {
    boolean isLive = live.filter(date::equals).isPresent();
    Instant opened =
        isLive && roundTheClock.isPresent() ? venue.midnight(date) : venue.hours(date).open();
    Instant time = isLive ? marketTime().orElse(opened) : opened;
    Optional<PriceBar> bar =
        isLive
            ? roundTheClock.map(path -> path.asOf(now)).orElseGet(() -> instrument.bar(date, now))
            : isHole(date) ? Optional.empty() : instrument.bar(date);
    return new ChartRow(date, opened, time, bar.map(raw -> adjusted(raw, date)));
  }

  /** The close of the last session before a date, adjusted for splits. */
  Optional<Double> closeBefore(LocalDate date) {
    List<LocalDate> before = instrument.dates(date.minusDays(14), date.minusDays(1));
    return last(before)
        .flatMap(day -> instrument.bar(day).map(bar -> adjusted(bar, day)))
        .map(PriceBar::close);
  }

  /** The rows of so many minutes of a date, of regular hours and as far as they are over. */
  List<ChartRow> minuteRows(LocalDate date, int length) {
    Optional<IntradayPath> path =
        live.filter(date::equals).isPresent() && roundTheClock.isPresent()
            ? roundTheClock
            : instrument.path(date);
    return path.map(day -> minuteRows(day, date, length)).orElse(List.of());
  }

  private List<ChartRow> minuteRows(IntradayPath path, LocalDate date, int length) {
    boolean counted = instrument.bar(date).map(PriceBar::volume).orElse(1L) > 0;
    int end = Math.min(path.finishedMinutes(now), path.afterLastRegular());
    List<ChartRow> rows = new ArrayList<>();
    for (int first = path.firstRegular(); first < end; first += length) {
      Instant start = path.startOf(first);
      Optional<PriceBar> joined = Optional.empty();
      for (int minute = first; minute < Math.min(first + length, end); minute++) {
        Optional<PriceBar> bar =
            counted ? path.minute(minute, false) : Optional.of(path.regularMinute(minute));
        Optional<PriceBar> before = joined;
        joined =
            bar.map(next -> before.map(sum -> sum.join(next, start)).orElse(next)).or(() -> before);
      }
      rows.add(new ChartRow(date, start, start, joined.map(bar -> adjusted(bar, date))));
    }
    return rows;
  }

  /** The highest and the lowest price of the last 52 weeks. */
  double[] yearsRange() {
    double high = 0;
    double low = Double.MAX_VALUE;
    for (LocalDate date : dates.subList(Math.max(0, dates.size() - YEAR), dates.size())) {
      Optional<PriceBar> bar = row(date).bar();
      high = Math.max(high, bar.map(PriceBar::high).orElse(high));
      low = Math.min(low, bar.map(PriceBar::low).orElse(low));
    }
    return new double[] {low, high};
  }

  /**
   * What a close of a date is multiplied with to take out the dividends after it, by the ex date:
   * for a date the factor of the next higher key counts, and 1 beyond the last.
   */
  NavigableMap<LocalDate, Double> dividendFactors() {
    NavigableMap<LocalDate, Double> factors = new TreeMap<>();
    List<Dividend> dividends = instrument.dividends(today);
    double factor = 1;
    for (int i = dividends.size() - 1; i >= 0; i--) {
      Dividend dividend = dividends.get(i);
      double before = closeBefore(dividend.exDate()).orElse(Double.MAX_VALUE);
      factor *= 1 - amount(dividend) / before;
      factors.put(dividend.exDate(), factor);
    }
    return factors;
  }

  /** A dividend's amount in today's shares. */
  double amount(Dividend dividend) {
    double ratio = instrument.adjustment(dividend.exDate(), today) * instrument.divisor(today);
    return PriceBar.round(dividend.amount() / ratio, 6);
  }

  List<Dividend> dividends() {
    return instrument.dividends(today);
  }

  /** The splits so far, by the first session that trades in new shares. */
  Map<LocalDate, Split> splits() {
    Map<LocalDate, Split> bySession = new TreeMap<>();
    for (Split split : instrument.splits(today)) {
      dates.stream()
          .filter(date -> !date.isBefore(split.date()))
          .findFirst()
          .ifPresent(date -> bySession.put(date, split));
    }
    return bySession;
  }

  /** The hours that the chart calls current: of today if it has a session, else of the last. */
  Hours currentHours() {
    if (roundTheClock.isPresent()) {
      Instant from = venue.midnight(today);
      Instant to = venue.midnight(today.plusDays(1));
      return new Hours(from, from, to, to);
    }
    boolean session = !instrument.dates(today, today).isEmpty();
    return venue.hours(session ? today : last(dates).orElse(today));
  }

  private PriceBar adjusted(PriceBar raw, LocalDate date) {
    double ratio = instrument.adjustment(date, today);
    double divisor = ratio * instrument.divisor(today);
    return new PriceBar(
        raw.start(),
        single(raw.open() / divisor),
        single(raw.high() / divisor),
        single(raw.low() / divisor),
        single(raw.close() / divisor),
        Math.round(raw.volume() * ratio),
        raw.trades(),
        raw.vwap());
  }

  /** Yahoo keeps prices in 32 bits and prints them with the digits of 64. */
  static double single(double price) {
    return (double) (float) price;
  }

  private Instant timeOfLastTrade(Hours hours) {
    if (roundTheClock.isPresent() || now.isBefore(hours.close())) {
      return now;
    }
    return hours.close().plusSeconds(1);
  }

  private boolean isNewestSession(LocalDate date) {
    return !instrument.recorded() || date.equals(instrument.venue().days().lastSession(now));
  }

  private boolean isHole(LocalDate date) {
    String symbol = instrument.symbol();
    if (instrument.recorded()
        || Listing.DEMO.contains(symbol)
        || SeededRandom.uniform(SeededRandom.seed(symbol, "holes"), 0) >= SYMBOLS_WITH_HOLES) {
      return false;
    }
    boolean recent =
        dates.size() < WITHOUT_HOLES || !date.isBefore(dates.get(dates.size() - WITHOUT_HOLES));
    return !recent
        && SeededRandom.uniform(SeededRandom.seed(symbol, "hole"), date.toEpochDay()) < HOLES;
  }

  private static Optional<LocalDate> last(List<LocalDate> dates) {
    return dates.isEmpty() ? Optional.empty() : Optional.of(dates.get(dates.size() - 1));
  }
}
