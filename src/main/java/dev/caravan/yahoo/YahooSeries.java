package dev.caravan.yahoo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.Bar;
import dev.caravan.market.CorporateAction;
import dev.caravan.market.DailyWindow;
import dev.caravan.market.PriceJumps;
import dev.caravan.market.PriceScale;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.RefusedRow;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Judges a chart against what is stored of its symbol, so that the prices of one series are always
 * on one scale and in one currency. A chart of some sessions can be added where it continues what
 * is stored; where it does not, all of the series has to be read again, and replaces it.
 */
public final class YahooSeries {
  /** Currencies of which Yahoo tells prices in units or in hundredths of one. */
  private static final Map<String, String> HUNDREDTHS =
      Map.of("GBp", "GBP", "GBX", "GBP", "ZAc", "ZAR", "ILA", "ILS");

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  /** A smaller split cannot be told from what a price does in a night. */
  private static final double CLEAR_SPLIT = Math.log(1.2);

  private static final Duration NEAR = Duration.ofDays(15);

  private YahooSeries() {}

  /**
   * What to do with a chart.
   *
   * @param again why the whole series has to be read first; null where the chart can be stored
   * @param chart what is to be stored of it
   * @param factor what the stored prices are to be divided by where the chart lacks them; null
   *     where they are not to stay
   * @param bySplit whether volumes have changed with the prices
   * @param splits of which the chart shows whether they are in it, for {@code
   *     sql/bars/align_adjustment.sql}
   * @param removed stored bars that are suspect themselves, for {@code sql/bars/rescale_series.sql}
   * @param readAt when the chart was asked for
   */
  public record Judged(
      String again,
      YahooChart.Chart chart,
      BigDecimal factor,
      boolean bySplit,
      List<JudgedSplit> splits,
      List<Key> removed,
      Instant readAt) {}

  /** Whether a split is in the history that a chart tells. */
  public record JudgedSplit(Instant exTs, boolean applied) {}

  /** The time of a bar. */
  public record Key(Instant ts) {}

  /** The dates of the whole series: from its oldest bar, stored or served, until now. */
  public static DailyWindow whole(
      YahooChart.Chart chart, DailyWindow window, List<Map<String, Object>> series, Instant now) {
    LocalDate oldest = oldest(series).orElse(window.from());
    ZoneId zone = ZoneId.of(chart.zone());
    for (Bar bar : chart.bars()) {
      LocalDate date = bar.ts().atZone(zone).toLocalDate();
      oldest = date.isBefore(oldest) ? date : oldest;
    }
    DailyWindow all = DailyWindow.since(oldest.toString(), now);
    return new DailyWindow(all.from(), all.to().isAfter(window.to()) ? all.to() : window.to());
  }

  /** The bars of a chart whose price jumps, for {@code sql/bars/select_evidence.sql}. */
  public static List<PriceJumps.First> suspects(
      YahooChart.Chart chart,
      List<Map<String, Object>> before,
      List<Map<String, Object>> series,
      Boolean whole) {
    return isWhole(chart, series, Boolean.TRUE.equals(whole))
        ? PriceJumps.offLevel(chart.bars(), chart.kind())
        : jumping(chart, before);
  }

  /**
   * Judges a chart.
   *
   * @param series the row of {@code sql/bars/select_series.sql}
   * @param before rows of {@code sql/bars/select_before.sql}
   * @param evidence rows of {@code sql/bars/select_evidence.sql}, or none where nothing is suspect
   * @param whole whether all of the series was asked for; null for no
   * @param edition column {@code edition} of {@code sql/bars/select_series.sql} before all of the
   *     series was asked for; null where a part was
   */
  public static Judged judge(
      YahooChart.Chart chart,
      List<Map<String, Object>> series,
      List<Map<String, Object>> before,
      List<Map<String, Object>> evidence,
      Boolean whole,
      String edition) {
    Map<Instant, PriceScale.Stored> stored = stored(series);
    String currency = (String) series.get(0).get("currency");
    boolean otherCurrency =
        oldest(series).isPresent()
            && currency != null
            && chart.currency() != null
            && !currency.equals(chart.currency());
    boolean all = Boolean.TRUE.equals(whole);
    if (all
        && !series.get(0).get("edition").equals(edition)
        && (otherCurrency || PriceScale.differs(stored, chart.bars()))) {
      // Which of the two answers is the older one nobody knows, but a third is newer than both.
      return again("another reading has replaced it meanwhile", chart);
    }
    if (!all && oldest(series).isPresent() && !chart.bars().isEmpty()) {
      String again = null;
      if (Boolean.TRUE.equals(series.get(0).get("mixed"))) {
        again = "Caravan 0.1.0 may have stored it on several scales";
      } else if (otherCurrency) {
        again = "its currency was " + currency + " and is " + chart.currency();
      } else if (stored.isEmpty()) {
        again = "none of its bars is stored that could be compared";
      } else if (PriceScale.differs(stored, chart.bars())) {
        again = "its history is told on another scale than before";
      } else if (!isWhole(chart, series, false) && !jumping(chart, before).isEmpty()) {
        again = "a price jumps against those that are stored";
      }
      if (again != null) {
        return again(again, chart);
      }
    }
    BigDecimal unit = unit(currency, chart.currency(), otherCurrency, stored, chart);
    YahooChart.Chart told = inOneUnit(chart, unit);
    List<Map<String, Object>> stays =
        isWhole(chart, series, Boolean.TRUE.equals(whole)) ? List.of() : before;
    PriceJumps.Checked checked = PriceJumps.judge(told.bars(), stays, chart.kind(), evidence);
    Optional<BigDecimal> factor = PriceScale.ofOldest(stored, checked.bars());
    List<JudgedSplit> splits = splits(told, checked.bars(), stored);
    List<RefusedRow> refused = new ArrayList<>(chart.refused());
    refused.addAll(checked.refused());
    return new Judged(
        null,
        new YahooChart.Chart(
            chart.symbol(),
            chart.zone(),
            chart.currency(),
            chart.kind(),
            asOf(checked.bars(), splits),
            chart.actions(),
            refused,
            chart.unread()),
        // A few sessions say nothing of those that were not asked for.
        all ? factor.orElse(otherCurrency ? null : BigDecimal.ONE) : BigDecimal.ONE,
        !otherCurrency,
        splits,
        removed(told.bars(), checked.bars(), stored),
        chart.bars().isEmpty() ? Instant.EPOCH : chart.bars().get(0).adjustedAsOf());
  }

  private static Judged again(String why, YahooChart.Chart chart) {
    return new Judged(why, chart, null, false, List.of(), List.of(), null);
  }

  private static boolean isWhole(
      YahooChart.Chart chart, List<Map<String, Object>> series, boolean whole) {
    Optional<LocalDate> oldest = oldest(series);
    return whole
        || oldest.isEmpty()
        || !chart.bars().isEmpty()
            && !chart
                .bars()
                .get(0)
                .ts()
                .atZone(ZoneId.of(chart.zone()))
                .toLocalDate()
                .isAfter(oldest.get());
  }

  private static List<PriceJumps.First> jumping(
      YahooChart.Chart chart, List<Map<String, Object>> before) {
    Set<Bar> taken = new HashSet<>(PriceJumps.check(chart.bars(), before, chart.kind()).bars());
    return chart.bars().stream()
        .filter(bar -> !taken.contains(bar))
        .map(
            bar ->
                new PriceJumps.First(
                    bar.source(), bar.feed(), bar.symbol(), bar.timeframe(), bar.ts()))
        .toList();
  }

  private static Optional<LocalDate> oldest(List<Map<String, Object>> series) {
    return Optional.ofNullable((String) series.get(0).get("oldest")).map(LocalDate::parse);
  }

  private static Map<Instant, PriceScale.Stored> stored(List<Map<String, Object>> series) {
    Map<Instant, PriceScale.Stored> stored = new HashMap<>();
    for (JsonNode row : JsonFields.readOrMissing((String) series.get(0).get("stored"))) {
      Instant ts = Instant.parse(row.path("ts").asText());
      JsonNode asOf = row.path("as_of");
      stored.put(
          ts,
          new PriceScale.Stored(
              ts,
              decimal(row, "open"),
              decimal(row, "high"),
              decimal(row, "low"),
              decimal(row, "close"),
              row.path("final").asBoolean(),
              asOf.isTextual() ? OffsetDateTime.parse(asOf.asText()).toInstant() : null));
    }
    return stored;
  }

  private static BigDecimal decimal(JsonNode row, String name) {
    return new BigDecimal(row.path(name).asText());
  }

  /**
   * What older rows of a chart are divided by where only its newest are in the new unit: Yahoo's
   * currency has changed between pounds and pence, or the stored bars show that it had.
   */
  private static BigDecimal unit(
      String before,
      String now,
      boolean changed,
      Map<Instant, PriceScale.Stored> stored,
      YahooChart.Chart chart) {
    if (changed && now.equals(HUNDREDTHS.get(before))) {
      return HUNDRED;
    }
    if (changed && before.equals(HUNDREDTHS.get(now))) {
      return new BigDecimal("0.01");
    }
    boolean hasHundredths =
        now != null && (HUNDREDTHS.containsKey(now) || HUNDREDTHS.containsValue(now));
    Optional<BigDecimal> oldest =
        hasHundredths ? PriceScale.ofOldest(stored, chart.bars()) : Optional.empty();
    for (BigDecimal unit : List.of(HUNDRED, new BigDecimal("0.01"))) {
      if (oldest
          .filter(
              factor -> factor.multiply(unit).subtract(BigDecimal.ONE).abs().doubleValue() < 0.001)
          .isPresent()) {
        return unit;
      }
    }
    return BigDecimal.ONE;
  }

  /** With all rows before the newest step by the unit in the unit of those after it. */
  private static YahooChart.Chart inOneUnit(YahooChart.Chart chart, BigDecimal unit) {
    if (unit.compareTo(BigDecimal.ONE) == 0) {
      return chart;
    }
    List<Bar> bars = chart.bars();
    for (int i = bars.size() - 1; i > 0; i--) {
      double step =
          bars.get(i - 1).close().doubleValue()
              / (bars.get(i).close().doubleValue() * unit.doubleValue());
      if (step > 2 / 3.0 && step < 1.5) {
        List<Bar> converted = new ArrayList<>();
        bars.subList(0, i).forEach(bar -> converted.add(divided(bar, unit)));
        converted.addAll(bars.subList(i, bars.size()));
        return with(chart, converted);
      }
    }
    return chart;
  }

  private static YahooChart.Chart with(YahooChart.Chart chart, List<Bar> bars) {
    return new YahooChart.Chart(
        chart.symbol(),
        chart.zone(),
        chart.currency(),
        chart.kind(),
        bars,
        chart.actions(),
        chart.refused(),
        chart.unread());
  }

  private static Bar divided(Bar bar, BigDecimal by) {
    return new Bar(
        bar.source(),
        bar.feed(),
        bar.symbol(),
        bar.timeframe(),
        bar.ts(),
        divided(bar.open(), by),
        divided(bar.high(), by),
        divided(bar.low(), by),
        divided(bar.close(), by),
        bar.volume(),
        bar.tradeCount(),
        bar.vwap(),
        bar.complete(),
        bar.adjustedAsOf());
  }

  private static BigDecimal divided(BigDecimal price, BigDecimal by) {
    return new BigDecimal(
        price.divide(by, MathContext.DECIMAL64).stripTrailingZeros().toPlainString());
  }

  /** Whether each split of the chart that lies between two of its bars is in its prices. */
  private static List<JudgedSplit> splits(
      YahooChart.Chart chart, List<Bar> bars, Map<Instant, PriceScale.Stored> stored) {
    ZoneId zone = ZoneId.of(chart.zone());
    Map<LocalDate, BigDecimal> ratios = new LinkedHashMap<>();
    for (CorporateAction action : chart.actions()) {
      if (action.action().equals("split") && action.ratio() != null) {
        ratios.merge(action.exDate(), action.ratio(), BigDecimal::multiply);
      }
    }
    List<JudgedSplit> judged = new ArrayList<>();
    ratios.forEach(
        (date, ratio) -> {
          Instant exTs = date.atStartOfDay(zone).toInstant();
          Bar before = null;
          Bar after = null;
          for (Bar bar : bars) {
            if (bar.ts().isBefore(exTs)) {
              before = bar;
            } else if (after == null) {
              after = bar;
            }
          }
          if (before != null) {
            applied(before, after, exTs, ratio.doubleValue(), stored.get(before.ts()))
                .ifPresent(applied -> judged.add(new JudgedSplit(exTs, applied)));
          }
        });
    judged.sort(Comparator.comparing(JudgedSplit::exTs));
    return judged;
  }

  private static Optional<Boolean> applied(
      Bar before, Bar after, Instant exTs, double ratio, PriceScale.Stored stored) {
    boolean near =
        after != null
            && Duration.between(before.ts(), after.ts()).compareTo(NEAR) <= 0
            && before.close().signum() > 0
            && after.open().signum() > 0;
    double size = Math.log(ratio);
    if (near && Math.abs(size) >= CLEAR_SPLIT) {
      double step = Math.log(before.close().doubleValue() / after.open().doubleValue());
      return Optional.of(Math.abs(step - size) >= Math.abs(step));
    }
    // Where the step does not say it, the same bar from before the split does.
    if (stored != null && stored.adjustedAsOf() != null && stored.adjustedAsOf().isBefore(exTs)) {
      return Optional.of(PriceScale.differs(Map.of(stored.ts(), stored), List.of(before)));
    }
    return Optional.empty();
  }

  /** Bars before a split that is not in them are adjusted up to it, and no further. */
  private static List<Bar> asOf(List<Bar> bars, List<JudgedSplit> splits) {
    Optional<Instant> waiting =
        splits.stream().filter(split -> !split.applied()).map(JudgedSplit::exTs).findFirst();
    if (waiting.isEmpty()) {
      return bars;
    }
    return bars.stream()
        .map(
            bar ->
                bar.ts().isBefore(waiting.get())
                    ? new Bar(
                        bar.source(),
                        bar.feed(),
                        bar.symbol(),
                        bar.timeframe(),
                        bar.ts(),
                        bar.open(),
                        bar.high(),
                        bar.low(),
                        bar.close(),
                        bar.volume(),
                        bar.tradeCount(),
                        bar.vwap(),
                        bar.complete(),
                        waiting.get().minusNanos(1000))
                    : bar)
        .toList();
  }

  /** Stored bars that are on the level of a refused one of their time; a better one stays. */
  private static List<Key> removed(
      List<Bar> served, List<Bar> taken, Map<Instant, PriceScale.Stored> stored) {
    Set<Bar> good = new HashSet<>(taken);
    return served.stream()
        .filter(bar -> !good.contains(bar) && stored.containsKey(bar.ts()))
        .filter(
            bar -> {
              double step = stored.get(bar.ts()).close().doubleValue() / bar.close().doubleValue();
              return step > 0.5 && step < 2;
            })
        .map(bar -> new Key(bar.ts()))
        .toList();
  }
}
