package dev.caravan.simulator.alpaca;

import dev.caravan.simulator.exchange.Instrument;
import dev.caravan.simulator.exchange.IntradayPath;
import dev.caravan.simulator.exchange.PriceBar;
import dev.caravan.simulator.exchange.SeededRandom;
import dev.caravan.simulator.exchange.Timeframe;
import dev.caravan.simulator.tape.Tape;
import dev.caravan.simulator.tape.TapeTrade;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The bars of one instrument as Alpaca tells them at one instant. */
final class BarSeries {
  private static final double SMALLEST_SHARE = 0.02;
  private static final double SPREAD_OF_SHARES = 0.01;

  private final Instrument instrument;
  private final String symbol;
  private final Tape tape;
  private final BarsQuery query;
  private final Instant now;
  private final LocalDate today;
  private final long shareSeed;

  /**
   * @param symbol in Alpaca's spelling
   */
  BarSeries(Instrument instrument, String symbol, Tape tape, BarsQuery query, Instant now) {
    this.instrument = instrument;
    this.symbol = symbol;
    this.tape = tape;
    this.query = query;
    this.now = now;
    this.today = Timeframe.date(now);
    this.shareSeed = SeededRandom.seed(instrument.symbol(), "iex");
  }

  /** The bars that begin between two instants, both inclusive, made one by one as they are read. */
  Stream<PriceBar> bars(Instant from, Instant to) {
    Timeframe timeframe = query.timeframe();
    LocalDate first = timeframe.firstDate(Timeframe.date(from));
    LocalDate asked = timeframe.lastDate(timeframe.firstDate(Timeframe.date(to)));
    LocalDate last = asked.isBefore(today) ? asked : today;
    List<LocalDate> starts =
        new ArrayList<>(dates(first, last).stream().map(timeframe::firstDate).distinct().toList());
    if (!query.ascending()) {
      Collections.reverse(starts);
    }
    return starts.stream()
        .flatMap(
            start -> timeframe.withinDay() ? withinDay(start, from, to) : wholeDays(start).stream())
        .filter(bar -> !bar.start().isBefore(from) && !bar.start().isAfter(to));
  }

  private List<LocalDate> dates(LocalDate first, LocalDate last) {
    Set<LocalDate> dates = new TreeSet<>(instrument.dates(first, last));
    if (query.timeframe().withinDay()) {
      for (LocalDate date = first; !date.isAfter(last); date = date.plusDays(1)) {
        long from = TapeTrade.nanosOf(Timeframe.midnight(date));
        long to = TapeTrade.nanosOf(Timeframe.midnight(date.plusDays(1))) - 1;
        if (tape.isTradedOutsideSessions(symbol, from, to)) {
          dates.add(date);
        }
      }
    }
    return List.copyOf(dates);
  }

  private Stream<PriceBar> withinDay(LocalDate date, Instant from, Instant to) {
    Instant midnight = Timeframe.midnight(date);
    SortedMap<Instant, PriceBar> minutes = new TreeMap<>();
    if (!isToldByTape()) {
      instrument.path(date).ifPresent(path -> addMinutes(path, date, minutes));
    }
    addTape(date, from, to, minutes);
    List<PriceBar> bars = new ArrayList<>();
    for (PriceBar bar : minutes.values()) {
      Instant start = query.timeframe().startOf(bar.start(), midnight);
      int last = bars.size() - 1;
      if (last >= 0 && bars.get(last).start().equals(start)) {
        bars.set(last, bars.get(last).join(bar, start));
      } else {
        bars.add(bar.startingAt(start));
      }
    }
    if (!query.ascending()) {
      Collections.reverse(bars);
    }
    return bars.stream();
  }

  /** Whether every trade of this feed is on the tape, so that a minute without one has no bar. */
  private boolean isToldByTape() {
    return query.iex() && tape.hasBackground();
  }

  private void addMinutes(IntradayPath path, LocalDate date, SortedMap<Instant, PriceBar> minutes) {
    int finished = path.finishedMinutes(now);
    for (int minute = 0; minute < finished; minute++) {
      path.minute(minute, query.iex())
          .ifPresent(traded -> minutes.put(traded.start(), seen(traded, date)));
    }
  }

  /** Where the tape has trades on demand, or all trades, its bars replace those of the path. */
  private void addTape(
      LocalDate date, Instant from, Instant to, SortedMap<Instant, PriceBar> minutes) {
    Instant midnight = Timeframe.midnight(date);
    Instant after = Timeframe.midnight(date.plusDays(1));
    boolean all = isToldByTape();
    if (!all
        && !tape.hasTradesOnDemand(
            symbol, TapeTrade.nanosOf(midnight), TapeTrade.nanosOf(after) - 1)) {
      return;
    }
    Instant first = from.isAfter(midnight) ? query.timeframe().startOf(from, midnight) : midnight;
    // The last bar that begins in the asked range goes on after its end.
    Instant end = to.plus(query.timeframe().length());
    long last =
        Math.min(now.getEpochSecond(), (end.isBefore(after) ? end : after).getEpochSecond()) / 60;
    for (long minute = first.getEpochSecond() / 60; minute < last; minute++) {
      long begin = minute * Tape.MINUTE;
      if (all || tape.hasTradesOnDemand(symbol, begin, begin + Tape.MINUTE - 1)) {
        tape.bar(symbol, minute).ifPresent(bar -> minutes.put(bar.start(), adjusted(bar, date)));
      }
    }
  }

  private Optional<PriceBar> wholeDays(LocalDate first) {
    LocalDate end = query.timeframe().lastDate(first);
    return instrument.dates(first, end.isBefore(today) ? end : today).stream()
        .flatMap(date -> instrument.bar(date, now).map(bar -> seen(bar, date)).stream())
        .reduce((sum, next) -> sum.join(next, sum.start()))
        .map(bar -> bar.startingAt(Timeframe.midnight(first)));
  }

  /** A raw bar as the asked feed sees it and in the asked adjustment. */
  private PriceBar seen(PriceBar raw, LocalDate date) {
    PriceBar bar =
        query.iex()
            ? raw.share(
                SMALLEST_SHARE
                    + SPREAD_OF_SHARES
                        * SeededRandom.uniform(shareSeed, raw.start().getEpochSecond()))
            : raw;
    return adjusted(bar, date);
  }

  private PriceBar adjusted(PriceBar bar, LocalDate date) {
    return query.splitAdjusted() ? bar.split(instrument.ratio(date, today)) : bar;
  }
}
