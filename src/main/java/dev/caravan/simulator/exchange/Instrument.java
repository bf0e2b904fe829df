package dev.caravan.simulator.exchange;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One instrument as it was traded: its raw prices with the injected splits in them. What either
 * provider makes of them (adjustment, rounding, rows) is not decided here.
 */
public final class Instrument {
  private static final double PAYERS = 0.6;
  private static final double THIN = 0.2;
  private static final int FIRST_PAYING_MONTH = 2;
  private static final int QUARTER = 3;

  private final String symbol;
  private final String company;
  private final Venue venue;
  private final DailyPrices prices;
  private final Supplier<List<Split>> splits;
  private final Supplier<List<CurrencyChange>> currencies;
  private final long pathSeed;
  private final boolean thin;

  /**
   * @param symbol in Yahoo's spelling
   * @param company the first symbol that the company had, likewise; most never had another
   * @param splits those injected so far, oldest first
   * @param currencies the changes injected so far, likewise
   */
  Instrument(
      String symbol,
      String company,
      Venue venue,
      DailyPrices prices,
      Supplier<List<Split>> splits,
      Supplier<List<CurrencyChange>> currencies) {
    this.symbol = symbol;
    this.company = company;
    this.venue = venue;
    this.prices = prices;
    this.splits = splits;
    this.currencies = currencies;
    this.pathSeed = SeededRandom.seed(company, "path");
    this.thin =
        !Listing.isWellKnown(Listing.alpacaSpelling(company))
            && SeededRandom.uniform(SeededRandom.seed(company, "thin"), 0) < THIN;
  }

  public String symbol() {
    return symbol;
  }

  /** Whose name and prices these are: the first symbol that the company had. */
  public String company() {
    return company;
  }

  public Venue venue() {
    return venue;
  }

  public boolean recorded() {
    return prices.recorded();
  }

  public List<LocalDate> dates(LocalDate from, LocalDate to) {
    return prices.dates(from, to);
  }

  /** The dates of all sessions that have begun by this instant. */
  public List<LocalDate> datesUntil(Instant now) {
    LocalDate today = now.atZone(venue.zone()).toLocalDate();
    List<LocalDate> dates = prices.dates(LocalDate.of(1900, 1, 1), today);
    boolean early =
        !dates.isEmpty()
            && dates.get(dates.size() - 1).equals(today)
            && venue.hours(today).open().isAfter(now);
    return early ? dates.subList(0, dates.size() - 1) : dates;
  }

  /** The finished raw bar of a date. */
  public Optional<PriceBar> bar(LocalDate date) {
    return prices.bar(date).map(bar -> bar.split(ratio(LocalDate.MIN, date)));
  }

  /** The raw bar of a date as far as it has come at this instant. */
  public Optional<PriceBar> bar(LocalDate date, Instant now) {
    return now.isBefore(venue.hours(date).last())
        ? path(date).flatMap(path -> path.asOf(now))
        : bar(date);
  }

  /** How the raw bar of a date came about. */
  public Optional<IntradayPath> path(LocalDate date) {
    return bar(date).map(bar -> new IntradayPath(bar, venue.hours(date), pathSeed, thin));
  }

  /**
   * A path over all 24 hours of a date, of session or not, for a market that never closes: from the
   * close of the session before, with the range and the volume of that day.
   */
  public Optional<IntradayPath> roundTheClock(LocalDate date) {
    Instant from = venue.midnight(date);
    Instant to = venue.midnight(date.plusDays(1));
    Hours hours = new Hours(from, from, to, to);
    List<LocalDate> before = prices.dates(date.minusDays(14), date.minusDays(1));
    if (before.isEmpty()) {
      return Optional.empty();
    }
    LocalDate last = before.get(before.size() - 1);
    double rebase = ratio(last, date);
    return bar(last)
        .map(bar -> bar.split(rebase))
        .map(bar -> prices.bar(date).map(day -> day.split(ratio(LocalDate.MIN, date))).orElse(bar))
        .map(bar -> bar.startingAt(from).widened())
        .map(bar -> new IntradayPath(bar, hours, pathSeed, false));
  }

  /** By how much shares were divided after one date and up to another, that one included. */
  public double ratio(LocalDate after, LocalDate until) {
    return splits.get().stream()
        .filter(split -> split.date().isAfter(after) && !split.date().isAfter(until))
        .mapToDouble(Split::ratio)
        .reduce(1, (left, right) -> left * right);
  }

  /** As {@link #ratio}, as far as Yahoo has it in its history on the second date. */
  public double adjustment(LocalDate after, LocalDate until) {
    return splits.get().stream()
        .filter(split -> split.date().isAfter(after) && !split.date().isAfter(until))
        .filter(split -> !split.adjustedFrom().isAfter(until))
        .mapToDouble(Split::ratio)
        .reduce(1, (left, right) -> left * right);
  }

  /** The currency in which Yahoo tells prices on a date. */
  public String currency(LocalDate today) {
    return currencies.get().stream()
        .filter(change -> !change.from().isAfter(today))
        .reduce((earlier, later) -> later)
        .map(CurrencyChange::currency)
        .orElse(venue.currency());
  }

  /** What prices are divided by to be in that currency. */
  public double divisor(LocalDate today) {
    return currencies.get().stream()
        .filter(change -> !change.from().isAfter(today))
        .mapToDouble(CurrencyChange::divisor)
        .reduce(1, (left, right) -> left * right);
  }

  /** The splits up to a date, that one included. */
  public List<Split> splits(LocalDate until) {
    return splits.get().stream().filter(split -> !split.date().isAfter(until)).toList();
  }

  /**
   * The dividends up to a date, that one included: of made-up US shares some pay each quarter, in
   * February, May, August and November.
   */
  public List<Dividend> dividends(LocalDate until) {
    long seed = SeededRandom.seed(company, "dividend");
    List<Dividend> dividends = new ArrayList<>();
    if (recorded() || !venue.isUsShare() || SeededRandom.uniform(seed, 0) >= PAYERS) {
      return dividends;
    }
    int session = 3 + (int) (SeededRandom.uniform(seed, 1) * 10);
    double rate = 0.001 + 0.004 * SeededRandom.uniform(seed, 2);
    for (LocalDate month = SessionDates.FIRST.withDayOfMonth(1).withMonth(FIRST_PAYING_MONTH);
        !month.isAfter(until);
        month = month.plusMonths(QUARTER)) {
      List<LocalDate> sessions = prices.dates(month, month.plusMonths(1));
      // A share that is delisted or renamed before that session pays no more under this symbol.
      if (sessions.size() <= session) {
        break;
      }
      LocalDate exDate = sessions.get(session);
      if (!exDate.isAfter(until)) {
        double close = bar(exDate).orElseThrow().open();
        dividends.add(new Dividend(exDate, Math.max(0.01, PriceBar.round(rate * close, 2))));
      }
    }
    return dividends;
  }
}
