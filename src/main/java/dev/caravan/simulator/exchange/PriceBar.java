package dev.caravan.simulator.exchange;

import java.time.Instant;

/**
 * What was traded in one interval: prices in the instrument's currency, volume in shares.
 *
 * @param start first instant of the interval; for a day, local midnight of its session date
 * @param trades how many trades there were
 * @param vwap volume-weighted average price, six decimals
 */
public record PriceBar(
    Instant start,
    double open,
    double high,
    double low,
    double close,
    long volume,
    long trades,
    double vwap) {

  /** A bar whose average price lies nearer to its close than to its open. */
  static PriceBar of(
      Instant start, double open, double high, double low, double close, long volume, long trades) {
    double vwap = Math.min(high, Math.max(low, round((open + high + low + 4 * close) / 7, 6)));
    return new PriceBar(start, open, high, low, close, volume, trades, vwap);
  }

  /** The same trades in shares of another size: prices are divided by the ratio, volume grows. */
  public PriceBar split(double ratio) {
    if (ratio == 1) {
      return this;
    }
    return new PriceBar(
        start,
        round(open / ratio, 2),
        round(high / ratio, 2),
        round(low / ratio, 2),
        round(close / ratio, 2),
        Math.round(volume * ratio),
        trades,
        round(vwap / ratio, 6));
  }

  /** The same trades at prices that are so many times as high. */
  PriceBar times(double factor) {
    return new PriceBar(
        start,
        round(open * factor, 6),
        round(high * factor, 6),
        round(low * factor, 6),
        round(close * factor, 6),
        volume,
        trades,
        round(vwap * factor, 6));
  }

  /** This share of the trades, as one of several exchanges sees it. */
  public PriceBar share(double share) {
    return new PriceBar(
        start,
        open,
        high,
        low,
        close,
        volume == 0 ? 0 : Math.max(1, Math.round(volume * share)),
        trades == 0 ? 0 : Math.max(1, Math.round(trades * share)),
        vwap);
  }

  /** This bar and the one after it as one bar that begins at the given instant. */
  public PriceBar join(PriceBar next, Instant start) {
    long together = volume + next.volume;
    double average =
        together == 0 ? vwap : (vwap * volume + next.vwap * next.volume) / (double) together;
    return new PriceBar(
        start,
        open,
        Math.max(high, next.high),
        Math.min(low, next.low),
        next.close,
        together,
        trades + next.trades,
        round(average, 6));
  }

  public PriceBar startingAt(Instant other) {
    return new PriceBar(other, open, high, low, close, volume, trades, vwap);
  }

  /** With room for the price to move on either side of the open and the close. */
  PriceBar widened() {
    return new PriceBar(
        start, open, round(high + 0.05, 6), round(low - 0.05, 6), close, volume, trades, vwap);
  }

  public static double round(double value, int decimals) {
    double scale = decimals == 2 ? 1e2 : 1e6;
    return Math.round(value * scale) / scale;
  }
}
