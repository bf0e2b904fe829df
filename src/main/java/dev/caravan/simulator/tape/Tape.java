package dev.caravan.simulator.tape;

import dev.caravan.simulator.exchange.Listing;
import dev.caravan.simulator.exchange.Market;
import dev.caravan.simulator.exchange.PriceBar;
import dev.caravan.simulator.exchange.PriceLine;
import dev.caravan.simulator.exchange.SeededRandom;
import dev.caravan.simulator.exchange.SimulatorOptions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Every trade of the simulated exchange. What is told on the stream, by REST and by its bars comes
 * from here. Trades are computed and not stored, so that any range can be told at any time.
 */
public final class Tape {
  /** The symbol that is traded round the clock on the test stream alone. */
  public static final String TEST_SYMBOL = "FAKEPACA";

  public static final long MINUTE = 60_000_000_000L;

  /** How long after a trade of the background its correction or cancel is known. */
  public static final long MARK_DELAY = 5_000_000_000L;

  private static final int TEST_TRADES_PER_MINUTE = 60;
  private static final int ONE_IN = 500;
  private static final double REVISED = 0.02;
  private static final int KEPT_BARS = 20_000;
  private static final long UNITS = 10_000;

  private final Market market;
  private final NewsDesk news;
  private final Clock clock;
  private final int backgroundTradesPerMinute;
  private final boolean alwaysOpen;
  private final long markSeed = SeededRandom.seed("tape", "mark");
  private final Map<String, PriceLine> lines = new ConcurrentHashMap<>();
  private final Map<String, BackgroundTrades> backgrounds = new ConcurrentHashMap<>();
  private final List<StartedBurst> bursts = new CopyOnWriteArrayList<>();
  private final Map<String, Singles> singles = new ConcurrentHashMap<>();
  private final Map<TapeTrade, Mark> marks = new ConcurrentHashMap<>();
  private final Map<String, Boolean> named = new ConcurrentHashMap<>();
  private final Map<BarKey, Optional<PriceBar>> bars =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<BarKey, Optional<PriceBar>> eldest) {
          return size() > KEPT_BARS;
        }
      };

  /**
   * What became of a trade.
   *
   * @param nanos when it became known
   * @param corrected what replaces it; null if it was cancelled
   */
  public record Mark(long nanos, TapeTrade corrected) {}

  private record BarKey(String symbol, long minute) {}

  public Tape(Market market, SimulatorOptions options) {
    this.market = market;
    this.news = new NewsDesk(options.clock());
    this.clock = options.clock();
    this.backgroundTradesPerMinute = options.backgroundTradesPerMinute();
    this.alwaysOpen = options.alwaysOpen();
  }

  /**
   * The trades of all symbols that were traded on demand, named by a client or are well known, from
   * one instant to another, both inclusive, in the order of time; never later than now.
   */
  public Stream<TapeTrade> trades(Instant from, Instant to) {
    return trades(symbols(), from, to);
  }

  /** The same for the given symbols. */
  public Stream<TapeTrade> trades(Collection<String> symbols, Instant from, Instant to) {
    List<TradeSeries> all = new ArrayList<>();
    long first = TapeTrade.nanosOf(from);
    long last = Math.min(TapeTrade.nanosOf(to), now());
    for (String symbol : new TreeSet<>(symbols)) {
      all.addAll(series(symbol, first, last));
    }
    Iterable<TapeTrade> merged = () -> new Merge(all, first, last, true);
    return StreamSupport.stream(merged.spliterator(), false);
  }

  /** One symbol's trades as they were first told, both ends inclusive, never later than now. */
  public Iterator<TapeTrade> trades(String symbol, long from, long to, boolean ascending) {
    long last = Math.min(to, now());
    return new Merge(series(symbol, from, last), from, last, ascending);
  }

  /** The news, which are no trades and of the same exchange. */
  public NewsDesk news() {
    return news;
  }

  /** The symbols that this tape can name. */
  public List<String> symbols() {
    TreeSet<String> symbols = new TreeSet<>(named.keySet());
    if (backgroundTradesPerMinute > 0) {
      symbols.addAll(Listing.wellKnown());
    }
    return List.copyOf(symbols);
  }

  /** Remembers a symbol that somebody asked for. */
  public void name(Collection<String> symbols) {
    for (String symbol : symbols) {
      if (!symbol.equals("*")) {
        named.put(symbol, true);
      }
    }
  }

  public boolean hasBackground() {
    return backgroundTradesPerMinute > 0;
  }

  /** The background of a symbol, or null if it has none. */
  public BackgroundTrades background(String symbol) {
    boolean test = symbol.equals(TEST_SYMBOL);
    if (!test && (backgroundTradesPerMinute == 0 || !Listing.existsAtAlpaca(symbol))) {
      return null;
    }
    return backgrounds.computeIfAbsent(
        symbol,
        any ->
            new BackgroundTrades(
                symbol,
                backgroundTradesPerMinute == 0 ? TEST_TRADES_PER_MINUTE : backgroundTradesPerMinute,
                alwaysOpen || test,
                line(symbol)));
  }

  public StartedBurst start(Burst burst) {
    Instant start = clock.instant();
    long minute = Math.floorDiv(start.getEpochSecond(), 60L);
    long[] anchors =
        burst.symbols().stream().mapToLong(symbol -> line(symbol).price(minute, 0, 2)).toArray();
    StartedBurst started = new StartedBurst(burst, bursts.size(), start, clock, anchors);
    bursts.add(started);
    name(burst.symbols());
    return started;
  }

  public List<StartedBurst> bursts() {
    return List.copyOf(bursts);
  }

  /** Adds one trade now, a microsecond after the last of its symbol if that was now too. */
  public TapeTrade add(String symbol, long price, long size) {
    name(List.of(symbol));
    return singles.computeIfAbsent(symbol, Singles::new).add(now(), price, size);
  }

  /** Notes what became of a trade; a trade can be marked once. */
  public void mark(TapeTrade trade, Mark mark) {
    if (marks.putIfAbsent(trade, mark) != null) {
      throw new IllegalArgumentException(
          "Trade " + trade.id() + " of " + trade.symbol() + " is cancelled or corrected already");
    }
  }

  /** What became of a trade as it is known now, or empty. */
  public Optional<Mark> mark(TapeTrade trade) {
    Mark mark = marks.get(trade);
    if (mark == null) {
      mark = naturalMark(trade);
    }
    return Optional.ofNullable(mark).filter(known -> known.nanos() <= now());
  }

  /** About one trade of the background in 500 is cancelled or corrected; null for the others. */
  public Mark naturalMark(TapeTrade trade) {
    if (!TradeIds.isBackground(trade.id())) {
      return null;
    }
    long bits = SeededRandom.bits(markSeed, trade.id());
    if (Long.remainderUnsigned(bits, ONE_IN) != 0) {
      return null;
    }
    TapeTrade corrected =
        (bits >>> 32 & 1) == 0
            ? null
            : trade.corrected(trade.price() + 100, trade.size() + (bits >>> 40 & 0xff));
    return new Mark(trade.nanos() + MARK_DELAY, corrected);
  }

  /** The newest trade of a symbol that is not marked and will not be, of the last hour. */
  public Optional<TapeTrade> newest(String symbol) {
    long now = now();
    Iterator<TapeTrade> newest = trades(symbol, now - 60 * MINUTE, now, false);
    while (newest.hasNext()) {
      TapeTrade trade = newest.next();
      if (mark(trade).isEmpty() && naturalMark(trade) == null) {
        return Optional.of(trade);
      }
    }
    return Optional.empty();
  }

  /** What a symbol costs at a time, in ten-thousandths. */
  long price(String symbol, long nanos) {
    return line(symbol).price(Math.floorDiv(nanos, MINUTE), 0, 2);
  }

  /** Whether a symbol has trades on demand in a range of time, both ends inclusive. */
  public boolean hasTradesOnDemand(String symbol, long from, long to) {
    Singles single = singles.get(symbol);
    return single != null && single.nanosOf(single.firstAt(from)) <= to
        || bursts.stream()
            .anyMatch(
                burst -> burst.overlaps(from, to) && burst.burst().symbols().contains(symbol));
  }

  /** Whether a symbol has trades at times at which no session is. */
  public boolean isTradedOutsideSessions(String symbol, long from, long to) {
    boolean always = alwaysOpen && background(symbol) != null;
    return always || hasTradesOnDemand(symbol, from, to);
  }

  /**
   * The bar of all trades of a minute that have happened, corrections and cancels not regarded.
   *
   * @param minute since 1970
   */
  public Optional<PriceBar> bar(String symbol, long minute) {
    boolean finished = (minute + 1) * MINUTE <= now();
    BarKey key = new BarKey(symbol, minute);
    if (finished) {
      synchronized (bars) {
        Optional<PriceBar> known = bars.get(key);
        if (known != null) {
          return known;
        }
      }
    }
    Optional<PriceBar> bar = bar(symbol, minute * MINUTE, (minute + 1) * MINUTE - 1);
    if (finished) {
      synchronized (bars) {
        bars.put(key, bar);
      }
    }
    return bar;
  }

  /** Whether the bar of a minute is first told without its last trade: about one in fifty. */
  public boolean isRevised(String symbol, long minute) {
    return SeededRandom.uniform(SeededRandom.seed(symbol, "revised"), minute) < REVISED
        && barWithoutLast(symbol, minute).isPresent();
  }

  /** The same without the last trade of the minute, or empty if it has fewer than two. */
  public Optional<PriceBar> barWithoutLast(String symbol, long minute) {
    Iterator<TapeTrade> last = trades(symbol, minute * MINUTE, (minute + 1) * MINUTE - 1, false);
    return last.hasNext()
        ? bar(symbol, minute * MINUTE, last.next().nanos() - 1)
        : Optional.empty();
  }

  /** Forgets prices that a split has changed. */
  public void clear() {
    lines.values().forEach(PriceLine::clear);
    synchronized (bars) {
      bars.clear();
    }
  }

  private Optional<PriceBar> bar(String symbol, long from, long to) {
    long last = Math.min(to, now());
    BarSum sum = new BarSum();
    for (TradeSeries series : series(symbol, from, last)) {
      for (long number = series.firstAt(from); series.nanosOf(number) <= last; number++) {
        TapeTrade trade = series.trade(number);
        if (trade != null) {
          sum.add(trade);
        }
      }
    }
    return sum.bar(Instant.ofEpochSecond(Math.floorDiv(from, MINUTE) * 60));
  }

  private List<TradeSeries> series(String symbol, long from, long to) {
    List<TradeSeries> found = new ArrayList<>();
    BackgroundTrades background = background(symbol);
    if (background != null) {
      found.add(background);
    }
    for (StartedBurst burst : bursts) {
      TradeSeries series = burst.overlaps(from, to) ? burst.series(symbol) : null;
      if (series != null) {
        found.add(series);
      }
    }
    Singles single = singles.get(symbol);
    if (single != null) {
      found.add(single);
    }
    return found;
  }

  private PriceLine line(String symbol) {
    return lines.computeIfAbsent(symbol, any -> new PriceLine(symbol, market.alpaca(symbol)));
  }

  private long now() {
    return TapeTrade.nanosOf(clock.instant());
  }

  /** The trades of one symbol that were asked for one by one. */
  private static final class Singles implements TradeSeries {
    private final String symbol;
    private volatile TapeTrade[] trades = {};

    Singles(String symbol) {
      this.symbol = symbol;
    }

    public synchronized TapeTrade add(long now, long price, long size) {
      TapeTrade[] known = trades;
      long nanos = known.length == 0 ? now : Math.max(now, known[known.length - 1].nanos() + 1000);
      TapeTrade trade =
          new TapeTrade(
              symbol,
              nanos,
              'V',
              TradeIds.id(nanos, TradeIds.SINGLE),
              price,
              size,
              TradeAttributes.conditions(size, -1),
              TradeAttributes.tape(symbol),
              "");
      TapeTrade[] all = Arrays.copyOf(known, known.length + 1);
      all[known.length] = trade;
      trades = all;
      return trade;
    }

    @Override
    public long firstAt(long nanos) {
      TapeTrade[] known = trades;
      int first = 0;
      int after = known.length;
      while (first < after) {
        int middle = (first + after) / 2;
        if (known[middle].nanos() < nanos) {
          first = middle + 1;
        } else {
          after = middle;
        }
      }
      return first;
    }

    @Override
    public long nanosOf(long number) {
      TapeTrade[] known = trades;
      return number < 0
          ? Long.MIN_VALUE
          : number >= known.length ? Long.MAX_VALUE : known[(int) number].nanos();
    }

    @Override
    public TapeTrade trade(long number) {
      return trades[(int) number];
    }
  }

  /** Several series in the order of time and then of the id, in either direction. */
  private static final class Merge implements Iterator<TapeTrade> {
    private static final Comparator<TapeTrade> ORDER =
        Comparator.comparingLong(TapeTrade::nanos)
            .thenComparing(TapeTrade::symbol)
            .thenComparingLong(TapeTrade::id);

    private final PriorityQueue<Head> heads;

    Merge(List<TradeSeries> all, long from, long to, boolean ascending) {
      Comparator<TapeTrade> order = ascending ? ORDER : ORDER.reversed();
      this.heads = new PriorityQueue<>((left, right) -> order.compare(left.trade, right.trade));
      for (TradeSeries series : all) {
        Head head = new Head(series, from, to, ascending);
        if (head.advance()) {
          heads.add(head);
        }
      }
    }

    @Override
    public boolean hasNext() {
      return !heads.isEmpty();
    }

    @Override
    public TapeTrade next() {
      Head head = heads.poll();
      if (head == null) {
        throw new NoSuchElementException();
      }
      TapeTrade trade = head.trade;
      if (head.advance()) {
        heads.add(head);
      }
      return trade;
    }

    /** One series and its next trade. */
    private static final class Head {
      private final TradeSeries series;
      private final long from;
      private final long to;
      private final int step;
      private long number;
      private TapeTrade trade;

      Head(TradeSeries series, long from, long to, boolean ascending) {
        this.series = series;
        this.from = from;
        this.to = to;
        this.step = ascending ? 1 : -1;
        this.number = ascending ? series.firstAt(from) : series.firstAt(to + 1) - 1;
      }

      boolean advance() {
        while (series.nanosOf(number) >= from && series.nanosOf(number) <= to) {
          trade = series.trade(number);
          number += step;
          if (trade != null) {
            return true;
          }
        }
        return false;
      }
    }
  }

  /** A bar while its trades are added in any order. */
  private static final class BarSum {
    private TapeTrade first;
    private TapeTrade last;
    private long high = Long.MIN_VALUE;
    private long low = Long.MAX_VALUE;
    private long volume;
    private long count;
    private double value;

    public void add(TapeTrade trade) {
      if (first == null || Merge.ORDER.compare(trade, first) < 0) {
        first = trade;
      }
      if (last == null || Merge.ORDER.compare(trade, last) > 0) {
        last = trade;
      }
      high = Math.max(high, trade.price());
      low = Math.min(low, trade.price());
      volume += trade.size();
      value += (double) trade.price() * trade.size();
      count++;
    }

    public Optional<PriceBar> bar(Instant start) {
      if (first == null) {
        return Optional.empty();
      }
      return Optional.of(
          new PriceBar(
              start,
              dollars(first.price()),
              dollars(high),
              dollars(low),
              dollars(last.price()),
              volume,
              count,
              PriceBar.round(value / volume / UNITS, 6)));
    }

    private static double dollars(long price) {
      return price / (double) UNITS;
    }
  }
}
