package dev.caravan.simulator.exchange;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How one day's bar came about, minute by minute: a path from its open to its close that touches
 * its high and its low, and its volume spread over all minutes. It depends on the symbol and the
 * day alone, so a bar that is asked for while the session runs agrees with the finished one.
 */
public final class IntradayPath {
  private static final int SECONDS = 60;
  private static final double CLOSING_AUCTION = 0.08;
  private static final double EXTENDED = 0.02;

  private final PriceBar day;
  private final Hours hours;
  private final long seed;
  private final boolean thin;
  private final double[] prices;
  private final double[] volumeUntil;
  private final int highMinute;
  private final int lowMinute;

  /**
   * @param day what the path adds up to
   * @param thin whether minutes without a trade occur
   */
  IntradayPath(PriceBar day, Hours hours, long symbolSeed, boolean thin) {
    this.day = day;
    this.hours = hours;
    this.seed = SeededRandom.bits(symbolSeed, day.start().getEpochSecond());
    this.thin = thin;
    this.prices = path();
    this.volumeUntil = volumes();
    this.highMinute = extreme(1);
    this.lowMinute = extreme(-1);
  }

  /** How many minutes there are, extended hours included. */
  int minutes() {
    return hours.allMinutes();
  }

  public int firstRegular() {
    return hours.minutesBeforeOpen();
  }

  public int afterLastRegular() {
    return firstRegular() + hours.regularMinutes();
  }

  public Instant startOf(int minute) {
    return hours.first().plusSeconds((long) minute * SECONDS);
  }

  /** How many minutes are over at this instant. */
  public int finishedMinutes(Instant now) {
    long passed = Duration.between(hours.first(), now).toMinutes();
    return (int) Math.max(0, Math.min(minutes(), passed));
  }

  /** The bar of one minute, or empty if nothing was traded in it. */
  public Optional<PriceBar> minute(int minute, boolean oneExchange) {
    long volume = volumeBetween(minute, minute + 1);
    if (volume == 0
        || SeededRandom.uniform(seed, 10_000L + minute) < missing(minute, oneExchange)) {
      return Optional.empty();
    }
    long trades = Math.max(1, Math.round((double) day.trades() * volume / day.volume()));
    return Optional.of(priced(minute, volume, trades));
  }

  /** A minute of regular hours without regard to volume, as for currencies. */
  public PriceBar regularMinute(int minute) {
    return priced(minute, volumeBetween(minute, minute + 1), 0);
  }

  /**
   * The day's bar as far as it has come: prices of regular hours, volume of all hours.
   *
   * @return empty before the open
   */
  public Optional<PriceBar> asOf(Instant now) {
    if (now.isBefore(hours.open())) {
      return Optional.empty();
    }
    if (!now.isBefore(hours.last())) {
      return Optional.of(day);
    }
    int finished = finishedMinutes(now);
    double high = day.open();
    double low = day.open();
    for (int minute = firstRegular(); minute < Math.min(finished, afterLastRegular()); minute++) {
      PriceBar bar = priced(minute, 0, 0);
      high = Math.max(high, bar.high());
      low = Math.min(low, bar.low());
    }
    double price = day.close();
    if (finished < afterLastRegular()) {
      PriceBar running = priced(finished, 0, 0);
      long seconds = Duration.between(startOf(finished), now).toSeconds();
      for (long second = 0; second <= seconds; second++) {
        price = priceIn(running, second);
        high = Math.max(high, price);
        low = Math.min(low, price);
      }
    }
    long volume = volumeBetween(0, finished);
    return Optional.of(
        PriceBar.of(
            day.start(),
            day.open(),
            high,
            low,
            price,
            volume,
            day.volume() == 0 ? 0 : Math.round((double) day.trades() * volume / day.volume())));
  }

  /** The last price in a second of a minute of regular hours; another one each second. */
  private static double priceIn(PriceBar minute, long second) {
    double between = minute.open() + (minute.close() - minute.open()) * second / SECONDS;
    // Odd cents in odd seconds: two neighbouring seconds never have the same price.
    long cents = (Math.round(between * 100) & ~1L) | (second & 1);
    return Math.max(minute.low(), Math.min(minute.high(), cents / 100.0));
  }

  private PriceBar priced(int minute, long volume, long trades) {
    int index = minute - firstRegular();
    if (index < 0 || index >= hours.regularMinutes()) {
      double anchor = index < 0 ? day.open() : day.close();
      double wiggle =
          index == hours.regularMinutes() ? 0 : 0.001 * SeededRandom.normal(seed, minute);
      double price = PriceBar.round(anchor * (1 + wiggle), 2);
      double exact = wiggle == 0 ? anchor : price;
      return PriceBar.of(startOf(minute), exact, exact, exact, exact, volume, trades);
    }
    double open = prices[index];
    double close = prices[index + 1];
    long bits = SeededRandom.bits(seed, minute);
    double up = (2 + (bits & 3)) / 100.0;
    double down = (2 + ((bits >>> 2) & 3)) / 100.0;
    double high = PriceBar.round(Math.max(open, close) + up, 2);
    double low = PriceBar.round(Math.min(open, close) - down, 2);
    return PriceBar.of(
        startOf(minute),
        open,
        index == highMinute ? day.high() : Math.min(day.high(), Math.max(high, open)),
        index == lowMinute ? day.low() : Math.max(day.low(), Math.min(low, open)),
        close,
        volume,
        trades);
  }

  private double[] path() {
    int count = hours.regularMinutes();
    double[] walk = new double[count + 1];
    for (int i = 1; i <= count; i++) {
      walk[i] = walk[i - 1] + SeededRandom.normal(seed, 20_000L + i);
    }
    double reach = (day.high() - day.low()) / (2 * StrictMath.sqrt(count));
    // Inside the day the path keeps off its extremes, so that the price can move either way.
    double margin = Math.min(0.02, (day.high() - day.low()) / 4);
    double[] path = new double[count + 1];
    for (int i = 0; i <= count; i++) {
      double done = i / (double) count;
      double straight = day.open() + (day.close() - day.open()) * done;
      double price = straight + reach * (walk[i] - done * walk[count]);
      path[i] =
          PriceBar.round(Math.max(day.low() + margin, Math.min(day.high() - margin, price)), 2);
    }
    path[0] = day.open();
    path[count] = day.close();
    return path;
  }

  private int extreme(int sign) {
    int found = 0;
    for (int i = 1; i < prices.length - 1; i++) {
      if (sign * prices[i] > sign * prices[found]) {
        found = i;
      }
    }
    return found;
  }

  private double[] volumes() {
    int count = minutes();
    double[] until = new double[count + 1];
    for (int minute = 0; minute < count; minute++) {
      until[minute + 1] = until[minute] + weight(minute);
    }
    return until;
  }

  private double weight(int minute) {
    int index = minute - firstRegular();
    int regular = hours.regularMinutes();
    double chance = 0.5 + SeededRandom.uniform(seed, 30_000L + minute);
    if (index == regular) {
      return CLOSING_AUCTION * regular;
    }
    if (index < 0 || index > regular) {
      return EXTENDED * chance;
    }
    double fromMiddle = 2.0 * index / regular - 1;
    return chance * (1 + 2 * fromMiddle * fromMiddle);
  }

  private long volumeBetween(int from, int to) {
    double all = volumeUntil[minutes()];
    return (long) (day.volume() * (volumeUntil[to] / all))
        - (long) (day.volume() * (volumeUntil[from] / all));
  }

  private double missing(int minute, boolean oneExchange) {
    int index = minute - firstRegular();
    if (index == hours.regularMinutes()) {
      return 0;
    }
    boolean extended = index < 0 || index > hours.regularMinutes();
    if (!thin) {
      return extended ? 0.1 : 0;
    }
    if (extended) {
      return 0.8;
    }
    return oneExchange ? 0.35 : 0.015;
  }
}
