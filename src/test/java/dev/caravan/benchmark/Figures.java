package dev.caravan.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured, by its name: the median of all rounds counts. */
public final class Figures {
  private final Map<String, List<Double>> all = new LinkedHashMap<>();

  public void add(String name, double value) {
    all.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
  }

  public boolean has(String name) {
    return all.containsKey(name);
  }

  /**
   * @throws IllegalArgumentException for what was never measured
   */
  public double median(String name) {
    return at(name, 0.5);
  }

  public double least(String name) {
    return at(name, 0);
  }

  public double most(String name) {
    return at(name, 1);
  }

  private double at(String name, double part) {
    if (!has(name)) {
      throw new IllegalArgumentException("Nobody measured " + name + " of " + all.keySet());
    }
    List<Double> sorted = all.get(name).stream().sorted().toList();
    return sorted.get((int) Math.round(part * (sorted.size() - 1) + 1e-9));
  }

  /** A number as the tables have it, or a dash where there is none. */
  public String median(String name, String format) {
    return has(name) ? text(format, median(name)) : "–";
  }

  public static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** Seconds since a reading of {@link System#nanoTime()}. */
  public static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
