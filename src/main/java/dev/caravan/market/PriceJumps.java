package dev.caravan.market;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Bars whose price jumps by about a hundred times against those beside them: pence for pounds, a
 * split that was adjusted twice, a typing error. They are kept as dead letters and never as bars.
 *
 * <p>A jump is a factor of {@value #FACTOR} or more, since the price moves on while it is wrong by
 * a hundred. A split that is known explains it. What is right is decided by the last three stored
 * bars, where they are; else by the level that most bars of the answer are on. Where prices change
 * their level once, stay there and nothing stored says otherwise, both levels are taken: a reverse
 * split that nobody has told yet looks so, and no real row shall be lost.
 */
public final class PriceJumps {
  private static final int FACTOR = 50;

  /** So many bars in a row are a level of their own, fewer are an outlier. */
  private static final int LEVEL = 3;

  /** Over a longer time a price may really have changed so much. */
  private static final Duration MEMORY = Duration.ofDays(30);

  private PriceJumps() {}

  /**
   * The first bar of a symbol in an answer, for {@code sql/bars/select_before.sql}.
   *
   * @param source of the bars
   * @param feed of the bars
   * @param symbol Caravan's spelling
   * @param timeframe of the bars
   * @param ts start of the first bar
   */
  public record First(String source, String feed, String symbol, String timeframe, Instant ts) {}

  /**
   * What became of bars.
   *
   * @param bars that can be stored, in the order given
   * @param refused those that jump, each with the row that would have been stored
   */
  public record Checked(List<Bar> bars, List<Refused> refused) {
    public Checked {
      bars = List.copyOf(bars);
      refused = List.copyOf(refused);
    }
  }

  /** A price on the way, in the shares of one date. */
  private record Step(Instant at, double price, Bar bar) {}

  /** The first bar of each symbol. */
  public static List<First> firsts(List<Bar> bars) {
    Map<String, Bar> firsts = new LinkedHashMap<>();
    for (Bar bar : bars) {
      firsts.merge(bar.symbol(), bar, (a, b) -> b.ts().isBefore(a.ts()) ? b : a);
    }
    return firsts.values().stream()
        .map(bar -> new First(bar.source(), bar.feed(), bar.symbol(), bar.timeframe(), bar.ts()))
        .toList();
  }

  /**
   * Parts the bars of one source, feed and timeframe.
   *
   * @param before rows of {@code sql/bars/select_before.sql}: {@code kind} is {@code bar} with a
   *     close before the first bar, or {@code split} with a ratio at a date; {@code symbol}, {@code
   *     at}, {@code value}
   */
  public static Checked check(List<Bar> bars, List<Map<String, Object>> before) {
    return check(bars, before, bars.isEmpty() ? null : InstrumentKind.of(bars.get(0).symbol()));
  }

  /** As above, of an instrument of a known kind. */
  public static Checked check(
      List<Bar> bars, List<Map<String, Object>> before, InstrumentKind kind) {
    Map<String, List<Bar>> bySymbol = new LinkedHashMap<>();
    bars.forEach(bar -> bySymbol.computeIfAbsent(bar.symbol(), any -> new ArrayList<>()).add(bar));
    List<Refused> refused = new ArrayList<>();
    Set<Bar> jumping = new HashSet<>();
    bySymbol.forEach(
        (symbol, own) -> {
          List<Map<String, Object>> known =
              before.stream().filter(row -> symbol.equals(row.get("symbol"))).toList();
          List<Step> steps = steps(own, known, kind);
          int stored = (int) steps.stream().filter(step -> step.bar() == null).count();
          Map<Bar, Step> found = stored >= LEVEL ? chained(steps, stored) : levelled(steps);
          found.forEach(
              (bar, beside) -> {
                jumping.add(bar);
                refused.add(new Refused(symbol, reason(bar, beside), Rows.jsonOf(bar)));
              });
        });
    return jumping.isEmpty()
        ? new Checked(bars, List.of())
        : new Checked(bars.stream().filter(bar -> !jumping.contains(bar)).toList(), refused);
  }

  /** Whether one price is so many times the other; prices of zero and less are not compared. */
  static boolean isJump(BigDecimal one, BigDecimal other) {
    return isJump(one.doubleValue(), other.doubleValue());
  }

  /** {@code 100 times} or {@code a 100th of}. */
  static String times(BigDecimal from, BigDecimal to) {
    return times(from.doubleValue(), to.doubleValue());
  }

  private static boolean isJump(double one, double other) {
    return one > 0 && other > 0 && Math.max(one / other, other / one) >= FACTOR;
  }

  private static String times(double from, double to) {
    return to >= from ? Math.round(to / from) + " times" : "a " + Math.round(from / to) + "th of";
  }

  private static boolean agree(Step one, Step other) {
    return Duration.between(one.at(), other.at()).abs().compareTo(MEMORY) > 0
        || !isJump(one.price(), other.price());
  }

  /** The stored bars and the new ones by time, in old shares: a raw price grows with each split. */
  private static List<Step> steps(
      List<Bar> bars, List<Map<String, Object>> known, InstrumentKind kind) {
    NavigableMap<LocalDate, Double> splits = new TreeMap<>();
    List<Step> steps = new ArrayList<>();
    boolean raw = bars.stream().allMatch(bar -> bar.adjustedAsOf() == null);
    for (Map<String, Object> row : known) {
      if (raw && row.get("kind").equals("split")) {
        splits.put(LocalDate.parse((String) row.get("at")), number(row.get("value")));
      }
    }
    for (Map<String, Object> row : known) {
      if (row.get("kind").equals("bar")) {
        Instant at = Instant.parse((String) row.get("at"));
        double price = kind.magnitude(decimal(row.get("value"))).doubleValue();
        steps.add(new Step(at, price * shares(splits, at), null));
      }
    }
    for (Bar bar : bars) {
      double price = kind.magnitude(bar.close()).doubleValue();
      steps.add(new Step(bar.ts(), price * shares(splits, bar.ts()), bar));
    }
    steps.removeIf(step -> step.price() <= 0);
    steps.sort(Comparator.comparing(Step::at));
    return steps;
  }

  private static BigDecimal decimal(Object value) {
    return value instanceof BigDecimal exact ? exact : new BigDecimal(value.toString());
  }

  private static double number(Object value) {
    return ((Number) value).doubleValue();
  }

  private static double shares(NavigableMap<LocalDate, Double> splits, Instant at) {
    if (splits.isEmpty()) {
      return 1;
    }
    LocalDate date = at.atZone(MarketCalendar.NEW_YORK).toLocalDate();
    return splits.headMap(date, true).values().stream().reduce(1.0, (a, b) -> a * b);
  }

  /** Against the stored bars: their middle one cannot be an outlier, and each good bar follows. */
  private static Map<Bar, Step> chained(List<Step> steps, int stored) {
    List<Step> middle =
        steps.stream()
            .filter(step -> step.bar() == null)
            .sorted(Comparator.comparingDouble(Step::price))
            .toList();
    Step last = middle.get(stored / 2);
    Map<Bar, Step> jumping = new LinkedHashMap<>();
    for (Step step : steps) {
      if (step.bar() == null) {
        continue;
      }
      if (agree(last, step)) {
        last = step;
      } else {
        jumping.put(step.bar(), last);
      }
    }
    return jumping;
  }

  /** Against each other: runs of bars on one level, of which that with most bars is right. */
  private static Map<Bar, Step> levelled(List<Step> steps) {
    List<List<Step>> levels = new ArrayList<>();
    Step previous = null;
    for (Step step : steps) {
      if (previous == null || !agree(previous, step)) {
        levels.add(new ArrayList<>());
      }
      levels.get(levels.size() - 1).add(step);
      previous = step;
    }
    Map<Bar, Step> jumping = new LinkedHashMap<>();
    if (levels.size() < 2) {
      return jumping;
    }
    int base = 0;
    for (int i = 1; i < levels.size(); i++) {
      if (rows(levels, i) > rows(levels, base)) {
        base = i;
      }
    }
    walk(levels, base, 1, jumping);
    walk(levels, base, -1, jumping);
    return jumping;
  }

  /** How many rows are on this level, now and when it comes back. */
  private static int rows(List<List<Step>> levels, int at) {
    double price = levels.get(at).get(0).price();
    return levels.stream()
        .filter(level -> !isJump(price, level.get(0).price()))
        .mapToInt(List::size)
        .sum();
  }

  private static void walk(
      List<List<Step>> levels, int base, int direction, Map<Bar, Step> jumping) {
    Step last = edge(levels.get(base), direction);
    for (int i = base + direction; i >= 0 && i < levels.size(); i += direction) {
      List<Step> level = levels.get(i);
      boolean isShift = level.size() >= LEVEL && !comesBack(levels, i, direction, last);
      if (agree(last, edge(level, -direction)) || isShift) {
        last = edge(level, direction);
      } else {
        for (Step step : level) {
          if (step.bar() != null) {
            jumping.put(step.bar(), last);
          }
        }
      }
    }
  }

  private static boolean comesBack(List<List<Step>> levels, int from, int direction, Step last) {
    for (int i = from + direction; i >= 0 && i < levels.size(); i += direction) {
      if (agree(last, edge(levels.get(i), -direction))) {
        return true;
      }
    }
    return false;
  }

  private static Step edge(List<Step> level, int direction) {
    return level.get(direction > 0 ? level.size() - 1 : 0);
  }

  private static String reason(Bar bar, Step beside) {
    // In the shares of one date, as they were compared: a split between the two is out of it.
    double price = InstrumentKind.of(bar.symbol()).magnitude(bar.close()).doubleValue();
    return "price jump: close "
        + bar.close().toPlainString()
        + " of "
        + bar.symbol()
        + " at "
        + bar.ts()
        + " is "
        + times(beside.price(), price)
        + " what it was at "
        + beside.at()
        + ", and no split that is known explains it";
  }
}
