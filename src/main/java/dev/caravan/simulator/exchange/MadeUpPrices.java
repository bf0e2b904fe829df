package dev.caravan.simulator.exchange;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Made-up daily bars: a random walk from the first session of 2016 that depends on nothing but the
 * symbol and the session. Prices have two decimals and stay between 5 and 5,000; volumes lie
 * between half a million and 100 million shares.
 */
final class MadeUpPrices implements DailyPrices {
  private static final double LOWEST = StrictMath.log(6.5);
  private static final double HIGHEST = StrictMath.log(4000);
  private static final double DRIFT = 0.0003;
  private static final double PULL = 0.0007;

  private final Venue venue;
  private final SessionDates sessions;
  private final long priceSeed;
  private final long shapeSeed;
  private final long volumeSeed;
  private final double origin;
  private final double volatility;
  private final double usualVolume;

  // The walk is computed as far as it was asked for; only closes are kept, since everything else
  // of a bar follows from two of them.
  private double position;
  private int[] closeCents = new int[0];

  MadeUpPrices(String symbol, Venue venue) {
    this.venue = venue;
    this.sessions = venue.newYork() ? SessionDates.NEW_YORK : SessionDates.WEEKDAYS;
    this.priceSeed = SeededRandom.seed(symbol, "close");
    this.shapeSeed = SeededRandom.seed(symbol, "shape");
    this.volumeSeed = SeededRandom.seed(symbol, "volume");
    long character = SeededRandom.seed(symbol, "character");
    this.origin = StrictMath.log(20 + 380 * SeededRandom.uniform(character, 0));
    this.volatility = 0.01 + 0.01 * SeededRandom.uniform(character, 1);
    this.usualVolume =
        StrictMath.exp(StrictMath.log(1e6) + 3.9 * SeededRandom.uniform(character, 2));
    this.position = origin;
  }

  @Override
  public List<LocalDate> dates(LocalDate from, LocalDate to) {
    return sessions.between(from, to);
  }

  @Override
  public Optional<PriceBar> bar(LocalDate date) {
    int index = sessions.indexOf(date);
    return index < 0 ? Optional.empty() : Optional.of(bar(date, index));
  }

  @Override
  public boolean recorded() {
    return false;
  }

  private PriceBar bar(LocalDate date, int index) {
    double close = closeOf(index) / 100.0;
    double before = (index == 0 ? closeOf(0) : closeOf(index - 1)) / 100.0;
    double open = PriceBar.round(before * (1 + 0.3 * volatility * shape(index, 0)), 2);
    double reach = 0.35 * volatility;
    double top = Math.max(open, close) * (1 + reach * Math.abs(shape(index, 1)));
    double bottom = Math.min(open, close) * (1 - reach * Math.abs(shape(index, 2)));
    long volume =
        venue.type().equals("CURRENCY") || venue.type().equals("INDEX")
            ? 0
            : Math.round(
                Math.min(
                    1e8,
                    Math.max(
                        5e5,
                        usualVolume
                            * StrictMath.exp(0.35 * SeededRandom.normal(volumeSeed, index)))));
    long trades = Math.round(volume / (70 + 40 * SeededRandom.uniform(volumeSeed, -1L - index)));
    return PriceBar.of(
        venue.midnight(date),
        open,
        PriceBar.round(top, 2),
        PriceBar.round(bottom, 2),
        close,
        volume,
        trades);
  }

  private double shape(int index, int part) {
    return SeededRandom.normal(shapeSeed, 3L * index + part);
  }

  private synchronized int closeOf(int index) {
    int known = closeCents.length;
    if (index >= known) {
      closeCents = Arrays.copyOf(closeCents, index + 1);
      for (int i = known; i <= index; i++) {
        double step =
            DRIFT + volatility * SeededRandom.normal(priceSeed, i) - PULL * (position - origin);
        position = Math.max(LOWEST, Math.min(HIGHEST, position + step));
        closeCents[i] = (int) Math.round(StrictMath.exp(position) * 100);
      }
    }
    return closeCents[index];
  }
}
