package dev.caravan.storm;

import dev.caravan.market.ExchangeRules;
import dev.caravan.market.MarketCalendar;
import dev.caravan.market.MarketCalendar.Session;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a seed means: its days, its symbols and its faults, all drawn from the seed alone.
 *
 * @param start when Caravan is started for the first time
 * @param over when the weather has passed, after the last session
 * @param steps when the clocks are moved on, faults aside
 * @param happenings what is no fault and happens all the same
 */
record Plan(
    long seed,
    List<LocalDate> days,
    Optional<LocalDate> unplannedEarlyClose,
    Instant start,
    Instant over,
    List<String> symbols,
    Optional<Change> change,
    int tradesPerMinute,
    String channels,
    String encoding,
    List<Instant> steps,
    List<Blow> blows,
    List<Blow> happenings) {

  /** A share that is delisted, renamed or split on a date. */
  record Change(String kind, String symbol, String to, LocalDate date) {}

  /** A symbol that no list of Alpaca's has. */
  static final String STRANGER = "ZZZZQ";

  private static final List<LocalDate> NOTED =
      List.of(
          // The clocks of New York are put forward on Sunday the 9th.
          LocalDate.parse("2025-03-07"),
          LocalDate.parse("2025-03-10"),
          // And back on Sunday, November 2nd.
          LocalDate.parse("2025-10-31"),
          LocalDate.parse("2025-11-03"),
          // Early closes.
          LocalDate.parse("2025-07-03"),
          LocalDate.parse("2025-11-28"),
          LocalDate.parse("2025-12-24"),
          LocalDate.parse("2024-11-29"));

  private static final List<Blow.Kind> FAULTS =
      List.copyOf(EnumSet.range(Blow.Kind.CLOSE, Blow.Kind.FLOW));

  private static final List<String> CODES =
      List.of("400", "401", "402", "404", "406", "407", "408", "409", "410", "500");

  private static final List<String> ENDPOINTS =
      List.of(
          "",
          "",
          "/v2/stocks/trades",
          "/v2/stocks/bars",
          "/v2/stocks/quotes",
          "/v1beta1/news",
          "/v2/assets",
          "/v2/calendar",
          "/v1/corporate-actions",
          "/v8/finance");

  private static final List<String> EVENTS = List.of("halt", "resume", "luld", "correct", "cancel");

  private static final List<String> TABLES =
      List.of("trades", "gaps", "stream_coverage", "bars", "flow_runs", "symbols");

  private static final List<String> FLOWS =
      List.of(
          "hourly-process",
          "news-load",
          "symbol-maintenance",
          "receipts",
          "end-of-day",
          "start-of-day",
          "market-calendar",
          "catch-up");

  /** Of all faults that the seed has, those of some kinds. */
  static Plan of(long seed, Set<Blow.Kind> kinds) {
    return new Drawing(seed, kinds, FAULTS).plan();
  }

  /** Faults of some kinds alone, which so come more often, and closer to each other. */
  static Plan amid(long seed, Set<Blow.Kind> kinds) {
    return new Drawing(seed, kinds, FAULTS.stream().filter(kinds::contains).toList()).plan();
  }

  /** The same with other faults, as where some are left out. */
  Plan with(List<Blow> fewer) {
    return new Plan(
        seed,
        days,
        unplannedEarlyClose,
        start,
        over,
        symbols,
        change,
        tradesPerMinute,
        channels,
        encoding,
        steps,
        List.copyOf(fewer),
        happenings);
  }

  Session session(LocalDate day) {
    Session session = ExchangeRules.session(day).orElseThrow();
    return unplannedEarlyClose.filter(day::equals).isPresent()
        ? new Session(
            day,
            session.open(),
            day.atTime(LocalTime.of(13, 0)).atZone(MarketCalendar.NEW_YORK).toInstant())
        : session;
  }

  @Override
  public String toString() {
    return "Seed "
        + seed
        + ": sessions "
        + days
        + unplannedEarlyClose.map(day -> ", of which " + day + " closes early").orElse("")
        + ", "
        + String.join(",", symbols)
        + change.map(each -> " (" + each + ")").orElse("")
        + ", "
        + tradesPerMinute
        + " trades a minute, channels "
        + channels
        + " in "
        + encoding
        + ", started "
        + start
        + ", over "
        + over
        + Stream.of(blows, happenings)
            .flatMap(List::stream)
            .map(blow -> "\n  " + blow)
            .collect(Collectors.joining());
  }

  /** The draw. The order of its questions is what a seed means: new ones go to the end. */
  private static final class Drawing {
    private final long seed;
    private final Set<Blow.Kind> kinds;
    private final List<Blow.Kind> from;
    private final Random dice;

    Drawing(long seed, Set<Blow.Kind> kinds, List<Blow.Kind> from) {
      this.seed = seed;
      this.kinds = kinds;
      this.from = from;
      // Neighbouring seeds would begin alike.
      this.dice = new Random(seed * 0x9E3779B97F4A7C15L);
    }

    Plan plan() {
      LocalDate first =
          dice.nextInt(3) == 0
              ? NOTED.get(dice.nextInt(NOTED.size()))
              : LocalDate.parse("2025-01-06").plusDays(dice.nextInt(340));
      while (!isSession(first)) {
        first = first.plusDays(1);
      }
      int sessions = 1 + dice.nextInt(10) / 6 + dice.nextInt(10) / 8;
      List<LocalDate> days = new ArrayList<>(List.of(first));
      while (days.size() < Math.min(3, sessions)) {
        LocalDate next = days.get(days.size() - 1).plusDays(1);
        while (!isSession(next)) {
          next = next.plusDays(1);
        }
        days.add(next);
      }
      Optional<LocalDate> early =
          dice.nextInt(8) == 0
              ? Optional.of(days.get(dice.nextInt(days.size())))
              : Optional.empty();
      Plan plan =
          new Plan(
              seed,
              List.copyOf(days),
              early,
              null,
              null,
              List.of(),
              Optional.empty(),
              1,
              "",
              "",
              List.of(),
              List.of(),
              List.of());
      Session begin = plan.session(days.get(0));
      Session end = plan.session(days.get(days.size() - 1));
      Instant start =
          switch (dice.nextInt(4)) {
            case 0 -> begin.first().minusSeconds(dice.nextInt(600));
            case 1 -> within(begin.open(), begin.close());
            default -> begin.last().minusSeconds(600 + dice.nextInt(9000));
          };
      Instant over = end.last().plusSeconds(900 + dice.nextInt(900));
      List<String> all = new ArrayList<>(List.of("AAPL", "MSFT", "BRK.B", "JPM", "SPY"));
      Collections.shuffle(all, dice);
      List<String> symbols = new ArrayList<>(all.subList(0, 1 + dice.nextInt(3)));
      Optional<Change> change = change(days, symbols);
      int perMinute = dice.nextInt(3) == 0 ? 2 : 1;
      String channels =
          "trades,bars,updatedBars"
              + (dice.nextInt(3) == 0 ? ",quotes" : "")
              + (dice.nextInt(2) == 0 ? ",corrections,cancelErrors" : "")
              + (dice.nextInt(4) == 0 ? ",dailyBars" : "");
      List<Blow> blows = new ArrayList<>();
      int count = 5 + dice.nextInt(11);
      for (int i = 0; i < count; i++) {
        // Drawn in any case, so that leaving kinds out does not change the others.
        Blow blow = blow(from.get(dice.nextInt(from.size())), at(plan, start, over), symbols, all);
        if (kinds.contains(blow.kind())) {
          blows.add(blow);
        }
      }
      blows.sort(Comparator.comparing(Blow::at));
      List<Instant> steps = steps(plan, start, over);
      List<Blow> happenings = new ArrayList<>(happenings(plan, start, over, symbols));
      channels +=
          (dice.nextInt(2) == 0 ? ",statuses" : "") + (dice.nextInt(2) == 0 ? ",lulds" : "");
      happenings.addAll(hangs(start, over));
      happenings.addAll(crashes(start, over));
      happenings.sort(Comparator.comparing(Blow::at));
      return new Plan(
          seed,
          plan.days,
          early,
          start,
          over,
          List.copyOf(symbols),
          change,
          perMinute,
          channels,
          encoding(),
          steps,
          List.copyOf(blows),
          List.copyOf(happenings));
    }

    /** Drawn apart from all else: a seed without them is what it was before there were any. */
    private List<Blow> hangs(Instant start, Instant over) {
      Random own = new Random(~seed * 0x9E3779B97F4A7C15L);
      List<Blow> hangs = new ArrayList<>();
      for (int i = own.nextInt(4) - 1; i > 0; i--) {
        Duration after =
            Duration.ofMillis((long) (own.nextDouble() * Duration.between(start, over).toMillis()));
        Duration length = Duration.ofSeconds(List.of(1, 20, 60).get(own.nextInt(3)));
        hangs.add(new Blow(start.plus(after), Blow.Kind.HANG, length, "", 0));
      }
      return kinds.contains(Blow.Kind.HANG) ? hangs : List.of();
    }

    /** Drawn apart too. One seed in eight has its server to itself, and so takes longer. */
    private List<Blow> crashes(Instant start, Instant over) {
      Random own = new Random(seed * 0x9E3779B97F4A7C15L + 2);
      if (own.nextInt(8) > 0 || !kinds.contains(Blow.Kind.CRASH)) {
        return List.of();
      }
      List<Blow> crashes = new ArrayList<>();
      for (int i = own.nextInt(3); i >= 0; i--) {
        Duration after =
            Duration.ofMillis((long) (own.nextDouble() * Duration.between(start, over).toMillis()));
        Duration length = Duration.ofSeconds(List.of(1, 20, 300).get(own.nextInt(3)));
        crashes.add(new Blow(start.plus(after), Blow.Kind.CRASH, length, "", 0));
      }
      return crashes;
    }

    /** Drawn apart as well: a seed of before is the same in whichever encoding. */
    private String encoding() {
      return new Random(seed * 0x9E3779B97F4A7C15L + 1).nextBoolean() ? "msgpack" : "json";
    }

    private List<Blow> happenings(Plan plan, Instant start, Instant over, List<String> symbols) {
      List<Blow> happenings = new ArrayList<>();
      for (int i = dice.nextInt(7); i > 0; i--) {
        String event = EVENTS.get(dice.nextInt(EVENTS.size()));
        String symbol = symbols.get(dice.nextInt(symbols.size()));
        Instant at = at(plan, start, over);
        happenings.add(new Blow(at, Blow.Kind.EVENT, Duration.ZERO, event + " " + symbol, 0));
      }
      Instant at = at(plan, start, over);
      if (dice.nextInt(6) == 0) {
        happenings.add(new Blow(at, Blow.Kind.STRANGER, Duration.ZERO, STRANGER, 0));
      }
      return happenings.stream()
          .filter(each -> kinds.contains(each.kind()))
          .sorted(Comparator.comparing(Blow::at))
          .toList();
    }

    private Optional<Change> change(List<LocalDate> days, List<String> symbols) {
      int what = dice.nextInt(12);
      LocalDate on = days.get(dice.nextInt(days.size()));
      String symbol = symbols.get(dice.nextInt(symbols.size()));
      if (what > 2 || days.indexOf(on) == 0 || !kinds.contains(Blow.Kind.ADD_SYMBOL)) {
        return Optional.empty();
      }
      return Optional.of(
          new Change(List.of("delisted", "renamed", "split").get(what), symbol, "CRVN", on));
    }

    /** Half of all that happens, happens around the end of a session, and much around its begin. */
    private Instant at(Plan plan, Instant start, Instant over) {
      Session session = plan.session(plan.days.get(dice.nextInt(plan.days.size())));
      int where = dice.nextInt(10);
      int seconds = dice.nextInt(1200);
      Instant any = within(start.plusSeconds(1), over);
      Instant at =
          where < 5
              ? session.last().plusSeconds(seconds - 800)
              : where < 7 ? session.first().plusSeconds(seconds - 600) : any;
      return at.isAfter(start) && at.isBefore(over) ? at : any;
    }

    private Blow blow(Blow.Kind kind, Instant at, List<String> symbols, List<String> all) {
      int number = dice.nextInt(1000);
      Duration length = Duration.ofSeconds(List.of(5, 20, 60, 300, 1800, 7200).get(number % 6));
      int few = 1 + number % 4;
      return switch (kind) {
        case CLOSE, CUT, RESET, HALF_OPEN -> new Blow(at, kind, Duration.ZERO, "", 0);
        case MUTE, FREEZE, SECOND -> new Blow(at, kind, length, number % 2 == 0 ? "kill" : "", 0);
        case STOP, KILL, DATABASE_DOWN, SLOW_DATABASE -> new Blow(at, kind, length, "", 0);
        case REFUSE -> new Blow(at, kind, Duration.ZERO, number % 2 == 0 ? "429" : "503", few);
        case DAMAGED_FRAME ->
            new Blow(
                at,
                kind,
                Duration.ZERO,
                List.of("TRUNCATED", "MALFORMED", "INCOMPLETE").get(number % 3),
                few);
        case DROP, DUPLICATE, WRITER_ERROR -> new Blow(at, kind, Duration.ZERO, "", few);
        case STREAM_ERROR -> new Blow(at, kind, Duration.ZERO, CODES.get(number % CODES.size()), 0);
        case SUBSCRIBE_ERROR ->
            new Blow(at, kind, Duration.ZERO, number % 3 == 0 ? "400" : "405", 0);
        case REST_STATUS ->
            new Blow(
                at,
                kind,
                length,
                ENDPOINTS.get(number % ENDPOINTS.size()),
                List.of(429, 500, 503, 401, 403).get(number % 5));
        case REST_BROKEN ->
            new Blow(
                at,
                kind,
                length,
                ENDPOINTS.get(number % ENDPOINTS.size())
                    + " "
                    + List.of("RESET", "CLOSE_MID_BODY", "MALFORMED", "HTML").get(number % 4),
                0);
        case STUCK_PAGES ->
            new Blow(
                at,
                kind,
                length,
                List.of("/v2/stocks", "/v2/stocks/trades", "/v1beta1/news").get(number % 3)
                    + " "
                    + List.of("STUCK_PAGES", "CIRCLING_PAGES", "REPEATED_PAGES", "EMPTY_PAGES")
                        .get(number % 4),
                0);
        case LOCKED -> new Blow(at, kind, length, TABLES.get(number % TABLES.size()), 0);
        case SKEW -> new Blow(at, kind, Duration.ZERO, "", List.of(90, -90, 5, -5).get(number % 4));
        case ADD_SYMBOL -> new Blow(at, kind, Duration.ZERO, all.get(number % all.size()), 0);
        case REMOVE_SYMBOL ->
            new Blow(at, kind, Duration.ZERO, symbols.get(number % symbols.size()), 0);
        case BURST -> new Blow(at, kind, Duration.ZERO, "", 100 * few);
        case FLOW -> new Blow(at, kind, Duration.ZERO, FLOWS.get(number % FLOWS.size()), 0);
        case EVENT, STRANGER, HANG, CRASH ->
            throw new IllegalArgumentException(kind + " is no fault");
      };
    }

    /** Close to the begin and the end of each session in small steps, in between in large ones. */
    private List<Instant> steps(Plan plan, Instant start, Instant over) {
      TreeSet<Instant> steps = new TreeSet<>();
      for (LocalDate day : plan.days) {
        Session session = plan.session(day);
        for (Instant edge : List.of(session.first(), session.last())) {
          for (int minutes : List.of(-12, -7, -3, -1, 0, 1, 3, 4, 8)) {
            steps.add(edge.plusSeconds(minutes * 60L + dice.nextInt(30)));
          }
        }
        for (int i = 0; i < 8; i++) {
          steps.add(within(session.first(), session.last()));
        }
      }
      steps.add(over);
      return steps.stream().filter(at -> at.isAfter(start) && !at.isAfter(over)).toList();
    }

    private Instant within(Instant from, Instant to) {
      return from.plusMillis((long) (dice.nextDouble() * Duration.between(from, to).toMillis()));
    }

    private static boolean isSession(LocalDate date) {
      return ExchangeRules.session(date).isPresent();
    }
  }

  static Set<Blow.Kind> allKinds() {
    return EnumSet.allOf(Blow.Kind.class);
  }
}
