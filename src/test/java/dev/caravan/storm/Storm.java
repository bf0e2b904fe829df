package dev.caravan.storm;

import dev.caravan.database.Database;
import dev.caravan.database.SymbolTable;
import dev.caravan.market.MarketCalendar;
import dev.caravan.market.MarketCalendar.Session;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.exchange.Split;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.simulator.server.ServedRequest;
import dev.caravan.simulator.stream.SimulatedStream;
import dev.caravan.simulator.stream.StreamError;
import dev.caravan.simulator.tape.Burst;
import dev.caravan.support.MovableClock;
import dev.caravan.support.TestDatabase;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * One seed: the exchange, the database and Caravan go through all that the plan has for them, then
 * the weather passes, repair runs to its end, and what Caravan has is compared with what the
 * exchange says.
 */
final class Storm implements AutoCloseable {
  private static final Duration REPAIR = Duration.ofMinutes(40);
  private static final Duration NEXT_REPAIR = Duration.ofSeconds(40);

  /** After so long Caravan knows that its peer is dead. */
  private static final Duration NOTICED = Duration.ofSeconds(12);

  /** So often in a row repair may leave something open before it counts as never settled. */
  private static final int MOST_REPAIRS = 60;

  /** So often the same may be asked of the exchange. */
  private static final int MOST_ALIKE = 150;

  /** No answer of these exchanges has so many pages. */
  private static final int MOST_PAGES = 100;

  private static final Pattern PAGE = Pattern.compile("[?&]?page_token=[^&]*");

  /** An exchange gives up a client that has not answered for so long. */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

  /** So often a flow may find that its source is left alone. */
  private static final int MOST_LEFT_ALONE = 5;

  /** So often a start may fail that nothing stands in the way of. */
  private static final int MOST_STARTS = 5;

  private static final long WEATHER_MS = 40;
  private static final long HANDSHAKE_MS = 2_000;
  private static final long TICK_MS = 30;
  private static final long CALM_MS = 20_000;
  private static final long FLOW_MS = 300_000;

  /** A flow that takes so long may be waiting for time to pass. */
  private static final long STANDS_MS = 15_000;

  private static final long LOOK_MS = 500;

  private final long begun = System.nanoTime();
  private final Plan plan;
  private final Map<String, String> settings;
  private final MovableClock clock;
  private final Simulator exchange;
  private final SimulatorOptions options;
  private final StormDatabase database;
  private final List<String> story = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private final PriorityQueue<Moment> due =
      new PriorityQueue<>(Comparator.comparing(Moment::at).thenComparingLong(Moment::order));
  private final Set<String> wanted = new HashSet<>();
  private final Map<String, List<Interval>> owed = new TreeMap<>();
  private final List<Told> told = new ArrayList<>();

  /** When the new name of a renamed share was owed: while a person wanted it by either name. */
  private final List<Interval> renamed = new ArrayList<>();

  private final Set<Thread> threadsBefore = Thread.getAllStackTraces().keySet();
  private final List<Node> downed = new ArrayList<>();
  private Node node;
  private Node second;
  private Instant mutedAt;
  private int failedStarts;
  private boolean databaseDown;
  private boolean locked;

  /** Whether Caravan may just be ending its connection by itself, for what it could not store. */
  private boolean writersFail;

  private long order;

  private interface Action {
    void run() throws Exception;
  }

  private record Moment(Instant at, long order, Action action) {}

  /** A time in which a symbol was owed: from its first subscription on. */
  static final class Interval {
    final Instant from;
    Instant to;

    Interval(Instant from) {
      this.from = from;
    }
  }

  /** What the exchange told of a symbol. */
  record Told(String channel, String symbol, Instant at) {}

  /** What came of a seed. */
  record Outcome(Plan plan, List<String> wrong, List<String> story, long millis) {
    boolean passed() {
      return wrong.isEmpty();
    }

    @Override
    public String toString() {
      return plan
          + "\n  "
          + (passed()
              ? "passed"
              : "WRONG:\n    "
                  + wrong.stream().limit(20).collect(Collectors.joining("\n    "))
                  + "\n  STORY:\n    "
                  + String.join("\n    ", story))
          + "\n  in "
          + millis
          + " ms";
    }
  }

  static Outcome run(Plan plan) throws Exception {
    long begun = System.nanoTime();
    List<String> wrong;
    List<String> story;
    try (Storm storm = new Storm(plan)) {
      storm.blow();
      storm.calm();
      storm.judge();
      storm.tellLedger();
      storm.aMonthLater();
      storm.leave();
      storm.tell("over");
      wrong = List.copyOf(storm.wrong);
      story = List.copyOf(storm.story);
    }
    return new Outcome(plan, wrong, story, (System.nanoTime() - begun) / 1_000_000);
  }

  /** What the ledger and the runs say, for whoever looks for the fault. */
  private void tellLedger() throws SQLException {
    if (wrong.isEmpty()) {
      return;
    }
    for (String lines :
        List.of(
            "select concat_ws(' ', 'gap', gap_id, dataset, symbol, timeframe, from_ts, to_ts, status, reason,"
                + " last_error) from gaps order by gap_id",
            "select concat_ws(' ', 'run', run_id, flow, started_at, finished_at, status, stored, 'of', expected,"
                + " error) from flow_runs where flow not in ('repair', 'yahoo-quotes') order by run_id")) {
      database.lines(lines).forEach(this::tell);
    }
  }

  private Storm(Plan plan) throws Exception {
    this.plan = plan;
    this.clock = new MovableClock(plan.start().toString());
    MarketCalendar.learn(List.of());
    SimulatorOptions told =
        SimulatorOptions.defaults()
            .withClock(clock)
            .withBackgroundTradesPerMinute(plan.tradesPerMinute())
            .withAlpacaRequestsPerMinute(0)
            .withYahooQuickRequests(0)
            .withStreamLimitClose(Duration.ofMillis(30));
    if (plan.unplannedEarlyClose().isPresent()) {
      told = told.withEarlyClose(plan.unplannedEarlyClose().get());
    }
    if (plan.change().isPresent()) {
      Plan.Change change = plan.change().get();
      told =
          switch (change.kind()) {
            case "delisted" -> told.withDelisted(change.symbol(), change.date());
            case "renamed" -> told.withRenamed(change.symbol(), change.to(), change.date());
            default -> told;
          };
    }
    this.options = told;
    this.exchange = Simulator.start(options);
    split().ifPresent(exchange::addSplit);
    this.database =
        StormDatabase.fresh(
            plan.happenings().stream().anyMatch(each -> each.kind() == Blow.Kind.CRASH));
    database.setClock(plan.start(), List.of());
    // Otherwise the news of the last week would be read first.
    database.execute(
        "insert into news_watermarks (source, read_to) values ('alpaca', '" + plan.start() + "')");
    this.settings = new LinkedHashMap<>();
    settings.put("caravan.symbols", String.join(",", plan.symbols()));
    settings.put("caravan.database.pool-size", "8");
    settings.put("caravan.database.password", TestDatabase.password());
    settings.put("caravan.alpaca.key-id", "storm");
    settings.put("caravan.alpaca.secret-key", "storm");
    settings.put("caravan.alpaca.data-url", exchange.url());
    settings.put("caravan.alpaca.trading-url", exchange.url());
    settings.put("caravan.alpaca.stream-url", exchange.url().replace("http", "ws"));
    settings.put("caravan.yahoo.url", exchange.url());
    settings.put("caravan.yahoo.cookie-url", exchange.url());
    settings.put("caravan.stream.channels", plan.channels());
    settings.put("caravan.stream.encoding", plan.encoding());
    for (String account : List.of("alpaca", "yahoo")) {
      settings.put("caravan." + account + ".requests-per-minute", "100000");
      settings.put("caravan." + account + ".burst", "100000");
    }
    settings.put("caravan.retry.attempts", "2");
    settings.put("caravan.retry.delay-ms", "5");
    settings.put("caravan.retry.max-delay-ms", "20");
    settings.put("caravan.schedule.market-calendar", "off");
    settings.put("caravan.schedule.yahoo-quotes", "off");
    wanted.addAll(plan.symbols());
    renaming().ifPresent(change -> renamed.add(new Interval(renamedAt(change))));
  }

  private Optional<Split> split() {
    return plan.change()
        .filter(change -> change.kind().equals("split"))
        .map(change -> new Split(change.symbol(), change.date(), 2, 1));
  }

  private Optional<Plan.Change> renaming() {
    return plan.change().filter(change -> change.kind().equals("renamed"));
  }

  private Instant renamedAt(Plan.Change change) {
    return plan.session(change.date()).first();
  }

  // The weather

  private void blow() throws Exception {
    at(plan.start(), this::start);
    for (Instant step : plan.steps()) {
      at(step, () -> {});
    }
    for (Blow blow : plan.blows()) {
      at(blow.at(), () -> strike(blow));
    }
    for (Blow happening : plan.happenings()) {
      at(happening.at(), () -> strike(happening));
    }
    Instant nextRepair = plan.start().plus(REPAIR);
    while (!due.isEmpty()) {
      Moment moment = due.poll();
      if (moment.at().isAfter(plan.over())) {
        break;
      }
      moveTo(moment.at());
      moment.action().run();
      settle(WEATHER_MS);
      if (isOpen()) {
        // In life there is one each minute as well.
        run("yahoo-quotes", Map.of(), databaseDown || locked ? WEATHER_MS : 500);
      }
      if (!clock.instant().isBefore(nextRepair)) {
        nextRepair = clock.instant().plus(REPAIR);
        repair();
        // In life there is one each minute.
        after(NEXT_REPAIR, this::repair);
      }
    }
    due.clear();
  }

  private void repair() throws InterruptedException {
    run("repair", Map.of(), databaseDown || locked ? WEATHER_MS : 500);
  }

  private void at(Instant at, Action action) {
    due.add(new Moment(at, order++, action));
  }

  private void after(Duration length, Action action) {
    at(clock.instant().plus(length), action);
  }

  private void tell(String what) {
    story.add(
        clock.instant() + " " + what + " (" + (System.nanoTime() - begun) / 1_000_000 + " ms)");
  }

  private void moveTo(Instant at) throws SQLException {
    if (mutedAt != null && at.isAfter(mutedAt.plus(NOTICED))) {
      untilNoticed();
    }
    untilStored(at);
    if (at.isAfter(clock.instant())) {
      clock.set(at.toString());
      database.setClock(
          at,
          Stream.of(nodes())
              .filter(each -> !each.isFrozen() && !databaseDown)
              .map(Node::process)
              .toList());
    }
    exchange.stream().tell();
    if (!locked) {
      // Both are changed in one transaction, so that nobody ever sees this.
      none(
          "gaps go on of what the stream delivers",
          "select concat_ws(' ', g.dataset, g.symbol, g.from_ts, g.reason) from gaps g"
              + " join stream_coverage c using (source, feed, dataset, symbol, timeframe)"
              + " where g.status = 'open' and g.to_ts is null");
    }
  }

  /** Before a session ends, what was received is stored, if anything can be. */
  private void untilStored(Instant at) {
    boolean ends =
        plan.days().stream()
            .map(day -> plan.session(day).last())
            .anyMatch(last -> clock.instant().isBefore(last) && !at.isBefore(last));
    if (ends
        && node != null
        && !node.isFrozen()
        && !databaseDown
        && !locked
        && !within(CALM_MS, () -> node.figures().getBytesQueued() == 0)) {
      wrong.add(
          node.figures().getBytesQueued()
              + " bytes that were received are not stored, and the stream says it is "
              + node.figures().getState());
    }
  }

  private void none(String what, String select) throws SQLException {
    List<String> found = database.lines(select);
    if (!found.isEmpty()) {
      wrong.add(found.size() + " " + what + ": " + found.get(0));
    }
  }

  private void start() throws Exception {
    if (node != null) {
      return;
    }
    if (databaseDown || locked) {
      // It would wait for the table, and the storm, which alone unlocks it, for the start.
      after(Duration.ofMinutes(1), this::start);
      return;
    }
    tell("start");
    Node started = new Node(clock, database, settings);
    try {
      started.start();
    } catch (Exception e) {
      // As where the database goes away meanwhile: whoever watches over it starts it again.
      tell("the start failed: " + e.getMessage());
      started.discard();
      if (!databaseDown && !locked && ++failedStarts > MOST_STARTS) {
        throw e;
      }
      after(Duration.ofMinutes(1), this::start);
      return;
    }
    node = started;
    run("market-calendar", Map.of(), 500);
    if (plan.change().isPresent()) {
      // As in the evening before: a new name is known by the id that the old one had.
      run("symbol-maintenance", Map.of(), FLOW_MS);
    }
  }

  private void stop() {
    if (node != null) {
      tell("stop");
      node.close();
      node = null;
    }
  }

  private void kill(Node victim) throws SQLException {
    tell("kill");
    database.cutOff(victim.role());
    exchange.stream().reset();
    victim.discard();
    database.bury(victim.process());
  }

  private void strike(Blow blow) throws Exception {
    tell(blow.kind() + " " + blow.what());
    switch (blow.kind()) {
      case CLOSE -> exchange.stream().disconnect();
      case CUT -> exchange.stream().cut();
      case RESET -> exchange.stream().reset();
      case MUTE -> {
        mute();
        after(blow.length(), this::unmute);
      }
      case HALF_OPEN -> mute();
      case REFUSE -> exchange.stream().refuseUpgrades(Integer.parseInt(blow.what()), blow.amount());
      case DROP -> exchange.stream().dropUpgrades(blow.amount());
      case DUPLICATE -> exchange.stream().duplicateFrames(blow.amount());
      case STREAM_ERROR -> fail(StreamError.of(Integer.parseInt(blow.what())));
      case SUBSCRIBE_ERROR -> {
        exchange.stream().failNextSubscribe(StreamError.of(Integer.parseInt(blow.what())));
        exchange.stream().cut();
      }
      case DAMAGED_FRAME ->
          exchange.stream()
              .damageFrames(SimulatedStream.Damage.valueOf(blow.what()), blow.amount());
      case REST_STATUS ->
          fault(Fault.status(null, Integer.parseInt(String.valueOf(blow.amount()))), blow);
      case REST_BROKEN -> {
        String[] words = blow.what().split(" ");
        fault(Fault.of(null, Fault.Kind.valueOf(words[words.length - 1])), blow);
      }
      case STUCK_PAGES -> {
        String[] words = blow.what().split(" ");
        fault(Fault.of(Provider.ALPACA, Fault.Kind.valueOf(words[words.length - 1])), blow);
        untilRead(blow);
      }
      case LOCKED -> {
        locked = true;
        database.hold(blow.what());
        after(blow.length(), this::unlock);
      }
      case SLOW_DATABASE -> {
        database.setPause(0.02);
        after(blow.length(), () -> database.setPause(0));
      }
      case DATABASE_DOWN -> databaseDown(blow.length());
      case SKEW -> database.setSkew(Duration.ofSeconds(blow.amount()));
      case FREEZE -> {
        if (node != null && !node.isFrozen()) {
          freeze(node, blow.length());
        }
      }
      case WRITER_ERROR -> {
        if (node != null) {
          node.failWriters(blow.amount());
          writersFail = true;
        }
      }
      case STOP -> {
        if (node != null && !node.isFrozen()) {
          stop();
          after(blow.length(), this::start);
        }
      }
      case KILL -> {
        if (node != null) {
          kill(node);
          node = null;
          after(blow.length(), this::start);
        }
      }
      case SECOND -> {
        if (second == null && node != null && !databaseDown && !locked) {
          second = new Node(clock, database, settings);
          second.start();
          after(
              blow.length(),
              () -> {
                if (second != null) {
                  if (!databaseDown && !locked) {
                    second.run("hourly-process", Map.of(), 500);
                  }
                  if (blow.what().equals("kill")) {
                    kill(second);
                  } else {
                    second.close();
                  }
                  second = null;
                }
              });
        }
      }
      case ADD_SYMBOL -> {
        unlock();
        table().add(List.of(blow.what()));
        wanted.add(blow.what());
        if (renaming().filter(change -> change.symbol().equals(blow.what())).isPresent()
            && (renamed.isEmpty() || renamed.get(renamed.size() - 1).to != null)) {
          Instant at = renamedAt(renaming().get());
          renamed.add(new Interval(at.isAfter(clock.instant()) ? at : clock.instant()));
        }
      }
      case REMOVE_SYMBOL -> {
        unlock();
        table().remove(List.of(blow.what()));
        wanted.remove(blow.what());
        ended(blow.what());
        if (renaming().filter(change -> change.symbol().equals(blow.what())).isPresent()) {
          unwanted(renaming().get());
        }
      }
      case BURST -> {
        List<String> traded = traded();
        if (!traded.isEmpty()) {
          exchange.stream()
              .burst(
                  Burst.of(traded, blow.amount(), Duration.ofSeconds(2)).withMessagesPerFrame(20));
        }
      }
      case FLOW -> run(blow.what(), Map.of(), 500);
      case EVENT -> {
        String[] words = blow.what().split(" ");
        happen(words[0], words[1]);
      }
      case HANG -> {
        database.hang(Stream.of(nodes()).map(Node::role).toList());
        after(blow.length(), database::goOn);
      }
      case CRASH -> {
        // In the middle of something.
        run("hourly-process", Map.of(), 5);
        database.crash();
        locked = false;
        databaseDown(blow.length());
      }
      case STRANGER -> {
        unlock();
        table().add(List.of(blow.what()));
      }
    }
  }

  /** Pages that lead nowhere are given up while they do. */
  private void untilRead(Blow blow) {
    at(
        clock.instant().plus(blow.length()).minusMillis(1),
        () -> {
          Node reader = node;
          if (reader != null && !databaseDown && !locked && !isReadToItsEnd(reader)) {
            wrong.add("pages are read without an end: " + blow);
          }
        });
  }

  private boolean isReadToItsEnd(Node reader) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FLOW_MS);
    while (!within(LOOK_MS, () -> reader.isFrozen() || !reader.isBusy())) {
      if (System.nanoTime() > end || mostPages() > MOST_PAGES) {
        return false;
      }
    }
    return true;
  }

  /** Of all answers that are read page by page, how many pages further the longest has come. */
  private int mostPages() {
    Map<String, Integer> pages = new HashMap<>();
    int most = 0;
    for (ServedRequest request : exchange.requests()) {
      Matcher token = PAGE.matcher(request.query());
      boolean further = token.find();
      String answer = request.path() + token.replaceFirst("");
      most = Math.max(most, pages.merge(answer, 1, (before, one) -> further ? before + 1 : 0));
    }
    return most;
  }

  /**
   * What an exchange trades now: nothing between sessions, when Caravan owes nothing, and no share
   * that was delisted or has another name.
   */
  private List<String> traded() {
    if (!isInSession()) {
      return List.of();
    }
    return plan.symbols().stream()
        .filter(
            symbol ->
                plan.change()
                    .filter(change -> change.symbol().equals(symbol))
                    .filter(change -> !change.kind().equals("split"))
                    .filter(
                        change -> !clock.instant().isBefore(plan.session(change.date()).first()))
                    .isEmpty())
        .toList();
  }

  private void happen(String what, String symbol) {
    if (!traded().contains(symbol) || !wanted.contains(symbol)) {
      // Nothing is told then, or by another name; and what happens to a removed one, Caravan may
      // hear or not.
      return;
    }
    SimulatedStream stream = exchange.stream();
    try {
      switch (what) {
        case "halt" -> stream.halt(symbol);
        case "resume" -> stream.resume(symbol);
        case "luld" -> stream.luld(symbol, new BigDecimal("210.5"), new BigDecimal("190.25"));
        case "correct" -> stream.correct(symbol);
        default -> stream.cancel(symbol);
      }
    } catch (IllegalArgumentException notTraded) {
      return;
    }
    if (!channel(what).equals("corrections")) {
      told.add(new Told(channel(what), symbol, clock.instant()));
    }
  }

  private static String channel(String event) {
    return switch (event) {
      case "halt", "resume" -> "statuses";
      case "luld" -> "lulds";
      default -> "corrections";
    };
  }

  private void fail(StreamError error) throws SQLException {
    int attempts = exchange.stream().attempts().size();
    boolean quiet =
        node != null
            && second == null
            && !node.isFrozen()
            && mutedAt == null
            && !writersFail
            && node.isAllSubscribed();
    exchange.stream().error(error);
    boolean ends = Set.of(404, 406, 407, 500).contains(error.code());
    if (ends) {
      // As the service does, which does not wait for its client.
      exchange.stream().cut();
    }
    if (ends && quiet) {
      if (error.code() == 406
          && within(Node.BUSY_MS - 100, () -> exchange.stream().attempts().size() > attempts)) {
        wrong.add("after " + error + " Caravan does not wait as it should");
      }
      boolean told = databaseDown || locked || !isSessionOn();
      if (!told && !within(CALM_MS, () -> isGapOf(Integer.toString(error.code())))) {
        wrong.add("no gap says that it is of " + error);
      }
    }
  }

  private boolean isGapOf(String reason) {
    try {
      return database.count(
              "select count(*) from gaps where source = 'alpaca' and reason like '%"
                  + reason
                  + "%'")
          > 0;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void freeze(Node frozen, Duration length) throws Exception {
    // In the middle of something.
    run("hourly-process", Map.of(), 5);
    frozen.freeze();
    database.freeze(frozen.process());
    if (length.compareTo(LONGEST_SILENCE) > 0) {
      after(
          LONGEST_SILENCE,
          () -> {
            if (frozen.isFrozen()) {
              exchange.stream().reset();
            }
          });
    }
    after(
        length,
        () -> {
          database.thaw(frozen.process());
          frozen.thaw();
        });
  }

  private void mute() {
    exchange.stream().mute();
    mutedAt = clock.instant();
  }

  private void unmute() throws InterruptedException {
    untilNoticed();
    // While the stream comes back.
    run("repair", Map.of(), 20);
    exchange.stream().clearFaults();
  }

  /** Caravan has its time to notice that its peer is dead, which is not that of the exchange. */
  private void untilNoticed() {
    if (node != null && !node.isFrozen()) {
      within(
          CALM_MS,
          () -> exchange.stream().connections().stream().noneMatch(client -> client.muted()));
    }
    mutedAt = null;
  }

  private SymbolTable table() {
    return new SymbolTable(
        new Database(database.url(), database.user(), TestDatabase.password(), "storm", null));
  }

  private void fault(Fault fault, Blow blow) {
    String endpoint = blow.what().split(" ")[0];
    exchange.addFault(endpoint.startsWith("/") ? fault.matching(endpoint) : fault);
    // All end together; there is no way to end one of them.
    after(blow.length(), exchange::clearFaults);
  }

  private void unlock() throws SQLException {
    database.release();
    locked = false;
  }

  private void databaseDown(Duration length) throws SQLException {
    databaseDown = true;
    for (Node each : nodes()) {
      downed.add(each);
      database.cutOff(each.role());
    }
    after(length, this::databaseUp);
  }

  private void databaseUp() throws SQLException {
    databaseDown = false;
    for (Node each : downed) {
      if (each == node || each == second) {
        database.letIn(each.role());
      }
    }
    downed.clear();
  }

  private Node[] nodes() {
    return Stream.of(node, second).filter(Objects::nonNull).toArray(Node[]::new);
  }

  private void run(String flow, Map<String, Object> variables, long patienceMs)
      throws InterruptedException {
    if (node != null && !node.isFrozen()) {
      node.run(flow, variables, patienceMs);
    }
  }

  /** Lets Caravan take in what came, as long as it can be expected to. */
  private void settle(long patienceMs) throws InterruptedException {
    if (second != null && !second.isFrozen()) {
      second.tick(patienceMs);
    }
    if (node != null && !node.isFrozen()) {
      writersFail = node.writersFail();
      node.tick(patienceMs);
      // A handshake takes part of a second, in which the storm would move the clock by minutes.
      if (!databaseDown && !locked) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HANDSHAKE_MS);
        while (!isConnectedAsItShould() && System.nanoTime() < end) {
          within(TICK_MS, this::isConnectedAsItShould);
          node.tick(TICK_MS);
        }
      }
      long[] last = {-1, 0};
      within(
          patienceMs,
          () -> {
            long messages = node.figures().getMessages() + node.newsFigures().getMessages();
            boolean same =
                messages == last[0]
                    && node.figures().getBytesQueued() == 0
                    && node.newsFigures().getBytesQueued() == 0
                    && exchange.stream().connections().stream()
                        .allMatch(client -> client.muted() || client.backlog() == 0);
            last[0] = messages;
            last[1] = same ? last[1] + 1 : 0;
            return last[1] > 3;
          });
    }
    untilCovered();
    Set<String> subscribed = exchange.stream().subscriptions().getOrDefault("trades", Set.of());
    for (String symbol : subscribed) {
      List<Interval> intervals = owed.computeIfAbsent(symbol, any -> new ArrayList<>());
      boolean open = !intervals.isEmpty() && intervals.get(intervals.size() - 1).to == null;
      if (!open && wanted.contains(symbol)) {
        intervals.add(new Interval(clock.instant()));
      }
    }
  }

  /** What the exchange delivers is on the ledger as delivered. */
  private void untilCovered() {
    Set<String> uncovered = new TreeSet<>();
    Node streaming = node;
    if (streaming != null
        && !databaseDown
        && !locked
        && mutedAt == null
        && !within(
            CALM_MS,
            () -> {
              uncovered.clear();
              if (streaming.isFrozen() || !streaming.figures().isSubscribed()) {
                return true;
              }
              uncovered.addAll(exchange.stream().subscriptions().getOrDefault("trades", Set.of()));
              uncovered.removeAll(covered());
              return uncovered.isEmpty();
            })) {
      wrong.add("the exchange delivers " + uncovered + ", of which the ledger does not know");
      tellWhatIsUnderWay();
    }
  }

  private void tellWhatIsUnderWay() {
    try {
      database
          .lines(
              "select concat_ws(' ', usename, state, wait_event_type, wait_event, left(query, 80))"
                  + " from pg_stat_activity where datname = current_database() and state <> 'idle'")
          .forEach(this::tell);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    Thread.getAllStackTraces()
        .forEach(
            (thread, stack) -> {
              if (thread.getName().matches(".*(alpaca-stream|stream-writer).*")) {
                tell(
                    thread.getName() + " " + List.of(stack).subList(0, Math.min(40, stack.length)));
              }
            });
  }

  /** Before the clock moves by hours, news come, or the ledger knows that they do not. */
  private void untilNewsCome() {
    boolean[] known = {false};
    if (!within(
        CALM_MS,
        () -> {
          known[0] = isNewsCovered();
          return node.newsFigures().isEnded()
              || known[0] && exchange.stream().subscriptions().containsKey("news");
        })) {
      tell("no news come, and the news stream says it is " + node.newsFigures().getState());
      if (known[0]) {
        wrong.add("the ledger takes news for delivered, and the exchange delivers none");
      }
    }
  }

  private boolean isNewsCovered() {
    try {
      return database.count("select count(*) from stream_coverage where dataset = 'news'") > 0;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> covered() {
    try {
      return database.lines("select symbol from stream_coverage where dataset = 'trades'");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Both streams, that of the market in its session; one that was refused for good stays away. */
  private boolean isConnectedAsItShould() {
    return (!isSessionOn() || node.figures().isSubscribed() || node.figures().isEnded())
        && (node.newsFigures().isSubscribed() || node.newsFigures().isEnded());
  }

  /** Whether Caravan should be connected, which it is from a minute before a session on. */
  private boolean isSessionOn() {
    return plan.days().stream()
        .map(plan::session)
        .anyMatch(
            session ->
                !clock.instant().isBefore(session.first().minusSeconds(60))
                    && clock.instant().isBefore(session.last()));
  }

  /** Whether it is a regular hour, in which Yahoo's prices are read. */
  private boolean isOpen() {
    return plan.days().stream()
        .map(plan::session)
        .anyMatch(
            session ->
                !clock.instant().isBefore(session.open())
                    && clock.instant().isBefore(session.close()));
  }

  private boolean isInSession() {
    return plan.days().stream()
        .map(plan::session)
        .anyMatch(
            session ->
                !clock.instant().isBefore(session.first())
                    && clock.instant().isBefore(session.last()));
  }

  /** Whoever is renamed by then is not ended by a removal of what it was called before. */
  private void unwanted(Plan.Change change) throws SQLException {
    Interval last = renamed.isEmpty() ? null : renamed.get(renamed.size() - 1);
    if (last == null || last.to != null) {
      return;
    }
    if (!clock.instant().isAfter(last.from)) {
      renamed.remove(last);
    } else if (database.count(
            "select count(*) from symbols where status = 'active' and symbol = '"
                + change.to()
                + "'")
        == 0) {
      last.to = clock.instant();
      // Which of both comes first, nobody knows.
      if (Stream.of(nodes()).anyMatch(Node::isBusy)) {
        renamed.remove(last);
      }
    }
  }

  private void ended(String symbol) {
    List<Interval> intervals = owed.getOrDefault(symbol, List.of());
    if (!intervals.isEmpty() && intervals.get(intervals.size() - 1).to == null) {
      intervals.get(intervals.size() - 1).to = clock.instant();
    }
  }

  private static boolean within(long patienceMs, BooleanSupplier condition) {
    try {
      Awaitility.await()
          .pollInSameThread()
          .pollDelay(Duration.ofMillis(1))
          .pollInterval(Duration.ofMillis(1))
          .atMost(Duration.ofMillis(Math.max(10, patienceMs)))
          .until(condition::getAsBoolean);
      return true;
    } catch (ConditionTimeoutException late) {
      return false;
    }
  }

  // The calm

  private void calm() throws Exception {
    tell("calm");
    exchange.clearFaults();
    database.goOn();
    unlock();
    databaseUp();
    database.setSkew(Duration.ZERO);
    database.setPause(0);
    if (second != null) {
      second.close();
      second = null;
    }
    if (node != null) {
      database.thaw(node.process());
      node.thaw();
      stopIfRefused();
    }
    unmute();
    if (node != null) {
      node.bePatient();
    }
    moveTo(plan.over());
    for (int i = 0; node == null && i < 5; i++) {
      start();
    }
    node.bePatient();
    due.clear();
    LocalDate last = plan.days().get(plan.days().size() - 1);
    settle(CALM_MS);
    // Its refusal may have waited behind what was not stored.
    stopIfRefused();
    if (node == null) {
      start();
      node.bePatient();
      settle(CALM_MS);
    }
    untilNewsCome();
    finish("market-calendar", Map.of());
    finish("news-load", Map.of());
    repairAll();
    // The minutes of the history feed are owed from the next day on.
    moveTo(last.plusDays(1).atTime(0, 30).atZone(MarketCalendar.NEW_YORK).toInstant());
    settle(CALM_MS);
    untilNewsCome();
    finish("symbol-maintenance", Map.of());
    finish("alpaca-corporate-actions", Map.of());
    finish("yahoo-bars", Map.of());
    // Today's bar was not final in the evening.
    finish("alpaca-daily-bars", Map.of());
    for (LocalDate day : plan.days()) {
      Session session = plan.session(day);
      if (session.close().isAfter(plan.start())) {
        finish("receipts", Map.of("date", day));
      }
    }
    repairAll();
    // What began in the weather may still be at it.
    Node working = node;
    within(FLOW_MS, () -> !working.isBusy());
  }

  /** As a person does who finds that Alpaca has refused a stream for good. */
  private void stopIfRefused() {
    if (node.figures().isEnded() || node.newsFigures().isEnded()) {
      stop();
    }
  }

  /**
   * A source that was broken is left alone for seconds, which in life are over before the night.
   */
  private void finish(String flow, Map<String, Object> variables) throws Exception {
    finishOnce(flow, variables);
    for (int i = 0; i < MOST_LEFT_ALONE && wasLeftAlone(flow); i++) {
      within(Node.LEFT_ALONE_MS, () -> false);
      finishOnce(flow, variables);
    }
  }

  private boolean wasLeftAlone(String flow) throws SQLException {
    return database
        .lines(
            "select coalesce(error, '') from flow_runs where flow = '"
                + flow
                + "' order by run_id desc limit 1")
        .stream()
        .anyMatch(error -> error.contains("circuit breaker"));
  }

  /**
   * Whoever waits for the budget waits by the database's clock, which goes on only if it is moved.
   */
  private void finishOnce(String flow, Map<String, Object> variables) throws Exception {
    for (long waitedMs = 0; !node.run(flow, variables, STANDS_MS); waitedMs += STANDS_MS) {
      if (waitedMs >= FLOW_MS) {
        wrong.add(flow + " does not come to its end");
        return;
      }
      moveTo(clock.instant().plusSeconds(61));
    }
  }

  private void repairAll() throws Exception {
    for (int i = 0; i < MOST_REPAIRS; i++) {
      finish("repair", Map.of());
      if (database.count(
              "select count(*) from gaps where status = 'open' and symbol <> '"
                  + Plan.STRANGER
                  + "'")
          == 0) {
        return;
      }
      moveTo(clock.instant().plusSeconds(i < 10 ? 61 : 301));
      settle(CALM_MS);
      untilNewsCome();
    }
  }

  // The judgement

  private void judge() throws Exception {
    tell(
        "judge, with "
            + database.count("select count(*) from price_snapshots")
            + " prices of "
            + database.count("select count(*) from flow_runs where flow = 'yahoo-quotes'")
            + " runs");
    renaming().ifPresent(change -> owed.put(change.to(), renamed));
    try (Prices prices = new Prices(options, split(), plan.start())) {
      new Judge(plan, exchange.url(), prices, database, owed, told, clock.instant(), wrong).judge();
    }
    Map<String, Long> asked =
        exchange.requests().stream()
            // A price is asked for once a run, of which there are as many as the storm has moments.
            .filter(request -> !request.query().contains("range=1d"))
            .collect(
                Collectors.groupingBy(
                    request -> request.path() + "?" + request.query(), Collectors.counting()));
    asked.forEach(
        (request, times) -> {
          if (times > MOST_ALIKE) {
            wrong.add(request + " was asked " + times + " times");
          }
        });
    none("runs that had ended have ended again", "select became from storm.revived");
  }

  /** Old repairs are forgotten, and none fails for it. */
  private void aMonthLater() throws Exception {
    database.execute(
        "update flow_runs set started_at = started_at - interval '31 days',"
            + " finished_at = finished_at - interval '31 days'");
    finish("repair", Map.of());
    none(
        "repairs failed a month later",
        "select error from flow_runs where flow = 'repair' and status = 'failed'"
            + " and started_at > storm.now() - interval '1 day'");
    none(
        "old repairs are not forgotten",
        "select started_at::text from flow_runs r where flow = 'repair' and status = 'succeeded'"
            + " and expected is null and error is null and started_at < storm.now() - interval '30 days'"
            + " and not exists (select from flow_runs step where step.parent_run_id = r.run_id)");
  }

  private void leave() throws SQLException {
    tell("leave");
    if (!within(CALM_MS, () -> node.borrowedConnections() == 0)) {
      wrong.add(node.borrowedConnections() + " connections of the pool are never given back");
    }
    node.close();
    node = null;
    if (!within(CALM_MS, () -> exchange.stream().connections().isEmpty())) {
      wrong.add("sockets are left open at the exchange: " + exchange.stream().connections());
    }
    List<String> sessions = new ArrayList<>();
    if (!within(
        CALM_MS,
        () -> {
          try {
            sessions.clear();
            sessions.addAll(
                database.lines(
                    "select application_name || ' ' || coalesce(state, '') || ' ' || query"
                        + " from pg_stat_activity where datname = current_database()"
                        + " and pid <> pg_backend_pid()"));
            return sessions.isEmpty();
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        })) {
      wrong.add("connections are left open at the database: " + sessions);
    }
  }

  @Override
  public void close() throws SQLException {
    for (Node left : Node.alive()) {
      left.discard();
    }
    exchange.close();
    database.close();
    List<String> left = new ArrayList<>();
    within(
        5_000,
        () -> {
          left.clear();
          for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!threadsBefore.contains(thread) && isOurs(thread) && !isOfTheJvm(thread)) {
              left.add(thread.getName());
            }
          }
          return left.isEmpty();
        });
    if (!left.isEmpty()) {
      wrong.add("threads are left: " + left);
    }
  }

  /** Not one of a seed that runs beside this one. */
  private static boolean isOurs(Thread thread) {
    ThreadGroup group = thread.getThreadGroup();
    return group != null && Thread.currentThread().getThreadGroup().parentOf(group);
  }

  private static boolean isOfTheJvm(Thread thread) {
    String name = thread.getName();
    return name.startsWith("ForkJoinPool.commonPool")
        || name.startsWith("HttpClient-")
        || name.startsWith("PostgreSQL-JDBC")
        || name.startsWith("Common-Cleaner")
        || name.startsWith("process reaper")
        || name.startsWith("Attach Listener");
  }
}
