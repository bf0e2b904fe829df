package dev.caravan.storm;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.LoggerFactory;

/** Runs seeds one after the other, says which failed and how, and makes a failing one smaller. */
final class StormRun {
  private static final Map<Logger, Optional<Level>> LEVELS = new HashMap<>();

  private final Set<Blow.Kind> kinds;

  StormRun() {
    kinds = kinds(System.getProperty("kinds", ""));
    Arrays.stream(System.getProperty("without", "").split(","))
        .filter(kind -> !kind.isEmpty())
        .map(Blow.Kind::valueOf)
        .forEach(kinds::remove);
    silence();
  }

  static Set<Blow.Kind> kinds(String named) {
    Set<Blow.Kind> kinds = named.isEmpty() ? Plan.allKinds() : EnumSet.noneOf(Blow.Kind.class);
    Arrays.stream(named.split(","))
        .filter(kind -> !kind.isEmpty() && !kind.equals("none"))
        .map(Blow.Kind::valueOf)
        .forEach(kinds::add);
    return kinds;
  }

  /** What Caravan says of all that goes wrong would bury what the storm says. */
  static void silence() {
    LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
    if (!Boolean.getBoolean("storm.log")) {
      for (Logger logger : loggers.getLoggerList()) {
        if (logger.getLevel() != Level.OFF) {
          LEVELS.put(logger, Optional.ofNullable(logger.getLevel()));
          logger.setLevel(Level.OFF);
        }
      }
    }
  }

  /** Other tests of this JVM read the log. */
  static void speakAgain() {
    LEVELS.forEach((logger, level) -> logger.setLevel(level.orElse(null)));
    LEVELS.clear();
  }

  /** The faults of a seed by their numbers, 0 for the first; none where all of them blow. */
  record Seed(long number, List<Integer> blows) {
    static Seed of(String text) {
      String[] words = text.strip().split(":");
      return new Seed(
          Long.parseLong(words[0]),
          words.length == 1
              ? List.of()
              : Arrays.stream(words[1].split(",")).map(Integer::valueOf).toList());
    }

    Plan of(Plan plan) {
      return blows.isEmpty() ? plan : plan.with(blows.stream().map(plan.blows()::get).toList());
    }

    @Override
    public String toString() {
      return number
          + (blows.isEmpty()
              ? ""
              : ":" + String.join(",", blows.stream().map(String::valueOf).toList()));
    }
  }

  Plan plan(Seed seed) {
    return seed.of(Plan.of(seed.number(), kinds));
  }

  /** For seeds side by side. */
  Lanes lanes() throws Exception {
    return new Lanes(Lanes.usual(), String.join(",", kinds.stream().map(Blow.Kind::name).toList()));
  }

  /** Prints what came of a seed that failed. */
  static void tell(Lanes.Result failed) {
    System.out.println(failed.words());
    System.out.println("  again: mvn -B -Pstorm verify -Dseed=" + failed.seed());
  }

  /** Leaves out one fault after the other as long as the rest still fails. */
  Seed smaller(Seed seed) throws Exception {
    List<Integer> left = new ArrayList<>();
    if (seed.blows().isEmpty()) {
      for (int i = 0; i < plan(seed).blows().size(); i++) {
        left.add(i);
      }
    } else {
      left.addAll(seed.blows());
    }
    for (int i = left.size() - 1; i >= 0 && left.size() > 1; i--) {
      List<Integer> without = new ArrayList<>(left);
      without.remove(i);
      if (!Storm.run(plan(new Seed(seed.number(), without))).passed()) {
        left.remove(i);
      }
    }
    return new Seed(seed.number(), left);
  }
}
