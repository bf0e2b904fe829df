package dev.caravan.market;

import dev.caravan.market.answer.RefusedRow;
import dev.caravan.market.answer.RowJson;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
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
 *
 * <p>What jumps against the stored bars is a suspect and is {@link #judge judged} once more, by
 * what other sources dealt at on its day, by the splits that are known, and by whether the level
 * stays.
 */
public final class PriceJumps {
  private static final int FACTOR = 50;

  /** What the reason of each begins with; sql/quarantined_bars/release_bars.sql knows it. */
  private static final String JUMP = "price jump: ";

  /** So many bars in a row are a level of their own, fewer are an outlier. */
  private static final int LEVEL = 3;

  /** An error of so many sessions has not been seen: a level that stayed so long was one. */
  private static final int LONG_LEVEL = 20;

  /** Within it two sources, or a jump and a split, are of one level. */
  private static final double SAME = 2;

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
  public record Checked(List<Bar> bars, List<RefusedRow> refused) {
    public Checked {
      bars = List.copyOf(bars);
      refused = List.copyOf(refused);
    }
  }

  /** A price on the way, in the shares of one date. */
  private record Step(Instant at, double price, Bar bar) {}

  /** What is known beside the bars of one symbol; nothing at the first look. */
  private record Evidence(
      boolean given, Map<Instant, List<Double>> witnesses, NavigableMap<LocalDate, Double> splits) {

    static Evidence of(String symbol, List<Map<String, Object>> rows, InstrumentKind kind) {
      Map<Instant, List<Double>> witnesses = new HashMap<>();
      NavigableMap<LocalDate, Double> splits = new TreeMap<>();
      for (Map<String, Object> row : rows == null ? List.<Map<String, Object>>of() : rows) {
        String at = (String) row.get("at");
        if (!symbol.equals(row.get("symbol"))) {
          continue;
        }
        if (row.get("kind").equals("split")) {
          splits.put(LocalDate.parse(at), number(row.get("value")));
        } else {
          witnesses
              .computeIfAbsent(Instant.parse(at), any -> new ArrayList<>())
              .add(kind.magnitude(decimal(row.get("value"))).doubleValue());
        }
      }
      return new Evidence(rows != null, witnesses, splits);
    }

    /** Whether a level is true, where anything speaks for it or against it. */
    Optional<Boolean> verdict(Step last, List<Step> level, int direction) {
      int agreeing = 0;
      int denying = 0;
      for (Step step : level) {
        for (double dealt : witnesses.getOrDefault(step.at(), List.of())) {
          agreeing += isSame(dealt, step.price()) ? 1 : 0;
          denying += isJump(dealt, step.price()) ? 1 : 0;
        }
      }
      if (agreeing > 0 || denying > 0) {
        return Optional.of(agreeing > denying);
      }
      Step near = edge(level, -direction);
      Step older = direction > 0 ? last : near;
      Step newer = direction > 0 ? near : last;
      double ratio =
          splits.subMap(date(older), false, date(newer), true).values().stream()
              .reduce(1.0, (a, b) -> a * b);
      // Prices that are adjusted have no jump at a split, unless they are not adjusted yet.
      boolean adjusted = level.stream().anyMatch(step -> isAdjusted(step.bar()));
      return adjusted && ratio != 1 && isSame(older.price() / newer.price(), ratio)
          ? Optional.of(true)
          : Optional.empty();
    }

    private static boolean isAdjusted(Bar bar) {
      return bar != null && bar.adjustedAsOf() != null;
    }

    private static boolean isSame(double one, double other) {
      return one > 0 && other > 0 && Math.max(one / other, other / one) < SAME;
    }

    /** The session's date of a daily bar, which begins at some midnight of the world. */
    private static LocalDate date(Step step) {
      return step.at().plus(Duration.ofHours(12)).atZone(ZoneOffset.UTC).toLocalDate();
    }
  }

  /** The first bar of each symbol. */
  public static List<First> firsts(List<Bar> bars) {
    Map<String, Bar> firsts = new LinkedHashMap<>();
    for (Bar bar : bars) {
      firsts.merge(bar.symbol(), bar, (a, b) -> b.ts().isBefore(a.ts()) ? b : a);
    }
    return firsts.values().stream().map(PriceJumps::first).toList();
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
    return check(bars, before, kind, null);
  }

  /**
   * The second look, by the level that most bars of the answer and the stored ones before it are
   * on.
   *
   * @param evidence rows of {@code sql/bars/select_evidence.sql}: {@code kind} is {@code witness}
   *     with what another source dealt at on the day of a bar, or {@code split} with a ratio at a
   *     date; {@code symbol}, {@code at}, {@code value}
   */
  public static Checked judge(
      List<Bar> bars,
      List<Map<String, Object>> before,
      InstrumentKind kind,
      List<Map<String, Object>> evidence) {
    return check(bars, before, kind, evidence);
  }

  private static Checked check(
      List<Bar> bars,
      List<Map<String, Object>> before,
      InstrumentKind kind,
      List<Map<String, Object>> evidence) {
    Map<String, List<Bar>> bySymbol = new LinkedHashMap<>();
    bars.forEach(bar -> bySymbol.computeIfAbsent(bar.symbol(), any -> new ArrayList<>()).add(bar));
    List<RefusedRow> refused = new ArrayList<>();
    Set<Bar> jumping = new HashSet<>();
    bySymbol.forEach(
        (symbol, own) -> {
          List<Map<String, Object>> known =
              before.stream().filter(row -> symbol.equals(row.get("symbol"))).toList();
          List<Step> steps = steps(own, known, kind);
          int stored = (int) steps.stream().filter(step -> step.bar() == null).count();
          Map<Bar, Step> found =
              evidence == null && stored >= LEVEL
                  ? chained(steps, stored)
                  : levelled(steps, Evidence.of(symbol, evidence, kind));
          found.forEach(
              (bar, beside) -> {
                jumping.add(bar);
                refused.add(new RefusedRow(symbol, reason(bar, beside, kind), RowJson.jsonOf(bar)));
              });
        });
    return jumping.isEmpty()
        ? new Checked(bars, List.of())
        : new Checked(bars.stream().filter(bar -> !jumping.contains(bar)).toList(), refused);
  }

  /** Those of the bars that jump at the first look. */
  public static List<First> suspects(List<Bar> bars, List<Map<String, Object>> before) {
    Checked checked = check(bars, before);
    if (checked.refused().isEmpty()) {
      return List.of();
    }
    Set<Bar> taken = new HashSet<>(checked.bars());
    return bars.stream().filter(bar -> !taken.contains(bar)).map(PriceJumps::first).toList();
  }

  /** Bars of one symbol that are on another level than most, whether that has stayed or not. */
  public static List<First> offLevel(List<Bar> bars, InstrumentKind kind) {
    List<List<Step>> levels = levels(steps(bars, List.of(), kind));
    if (levels.size() < 2) {
      return List.of();
    }
    double usual = levels.get(base(levels)).get(0).price();
    return levels.stream()
        .filter(level -> isJump(usual, level.get(0).price()))
        .flatMap(List::stream)
        .map(step -> first(step.bar()))
        .toList();
  }

  /** Whether rows of {@code sql/bars/select_before.sql} say that a bar of their symbols waits. */
  public static boolean anyWaits(List<Map<String, Object>> before) {
    return before.stream().anyMatch(row -> "quarantined".equals(row.get("kind")));
  }

  private static First first(Bar bar) {
    return new First(bar.source(), bar.feed(), bar.symbol(), bar.timeframe(), bar.ts());
  }

  /** Of these refused rows the bars whose price jumps, as JSON. */
  public static String waiting(List<RefusedRow> refused) {
    return RowJson.json(refused.stream().filter(PriceJumps::isOfJump).toList());
  }

  /** The others of these refused rows, as JSON. */
  public static String malformed(List<RefusedRow> refused) {
    return RowJson.json(refused.stream().filter(row -> !isOfJump(row)).toList());
  }

  /** A bar that has such a jump in itself. */
  static RefusedRow refused(Bar bar, String fault) {
    return new RefusedRow(
        bar.symbol(), JUMP + fault + " at " + bar.ts() + " alone", RowJson.jsonOf(bar));
  }

  private static boolean isOfJump(RefusedRow row) {
    return row.reason() != null && row.reason().startsWith(JUMP);
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
  private static Map<Bar, Step> levelled(List<Step> steps, Evidence evidence) {
    List<List<Step>> levels = levels(steps);
    Map<Bar, Step> jumping = new LinkedHashMap<>();
    if (levels.size() < 2) {
      return jumping;
    }
    int base = base(levels);
    walk(levels, base, 1, jumping, evidence);
    walk(levels, base, -1, jumping, evidence);
    return jumping;
  }

  /** Bars one after the other that are on one level. */
  private static List<List<Step>> levels(List<Step> steps) {
    List<List<Step>> levels = new ArrayList<>();
    Step previous = null;
    for (Step step : steps) {
      if (previous == null || !agree(previous, step)) {
        levels.add(new ArrayList<>());
      }
      levels.get(levels.size() - 1).add(step);
      previous = step;
    }
    return levels;
  }

  /** The level that most bars are on. */
  private static int base(List<List<Step>> levels) {
    int base = 0;
    for (int i = 1; i < levels.size(); i++) {
      if (rows(levels, i) > rows(levels, base)) {
        base = i;
      }
    }
    return base;
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
      List<List<Step>> levels, int base, int direction, Map<Bar, Step> jumping, Evidence evidence) {
    Step last = edge(levels.get(base), direction);
    for (int i = base + direction; i >= 0 && i < levels.size(); i += direction) {
      List<Step> level = levels.get(i);
      boolean stays = level.size() >= LEVEL && !comesBack(levels, i, direction, last);
      boolean isShift =
          evidence
              .verdict(last, level, direction)
              .orElse(stays || level.size() >= LONG_LEVEL && evidence.given());
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

  private static String reason(Bar bar, Step beside, InstrumentKind kind) {
    // In the shares of one date, as they were compared: a split between the two is out of it.
    double price = kind.magnitude(bar.close()).doubleValue();
    return JUMP
        + "close "
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
