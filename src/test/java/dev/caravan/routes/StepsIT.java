package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.caravan.market.MarketCalendar;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The flows of a session's day: their order, what depends on what, the calendar, and bars that
 * become final. The exchange of this test closes early on a day, and is closed on another, that no
 * rule knows.
 */
class StepsIT extends CaravanTestSupport {
  private static final String FRIDAY_MORNING = "2026-11-20T15:01:00Z";
  private static final String FRIDAY_EVENING = "2026-11-20T23:00:00Z";
  private static final String MONDAY_MORNING = "2026-11-23T11:00:00Z";
  private static final LocalDate CLOSED = LocalDate.parse("2026-11-24");
  private static final LocalDate SHORT = LocalDate.parse("2026-11-25");

  private final MovableClock clock = new MovableClock(FRIDAY_MORNING);
  private final MovableClock theirs = new MovableClock(FRIDAY_MORNING);
  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withClock(theirs)
              .withClosure(CLOSED)
              .withEarlyClose(SHORT)
              .withAlpacaRequestsPerMinute(0)
              .withYahooQuickRequests(0));
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  StepsIT() {
    set("caravan.yahoo.url", exchange.url());
    set("caravan.yahoo.cookie-url", exchange.url());
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.alpaca.trading-url", exchange.url());
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  @BeforeEach
  void forget() {
    exchange.clearFaults();
    exchange.clearRequests();
    MarketCalendar.learn(List.of());
    itIs(FRIDAY_MORNING);
    log.list.clear();
    log.start();
    logger().addAppender(log);
  }

  @AfterEach
  void stopListening() {
    logger().detachAppender(log);
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  @Test
  void hourlyProcessChecksTheDatabaseBeforeItAsksForNewsAndBars() {
    symbols("AAPL", "MSFT");
    Map<String, Object> run = run("hourly-process");

    assertThat(run).containsEntry("status", "succeeded").containsEntry("error", null);
    assertThat(steps(run))
        .containsExactly("database-check succeeded", "alpaca-hourly-bars succeeded");
    assertThat(database.value("select run_id from database_checks"))
        .isEqualTo(database.value("select run_id from flow_runs where flow = 'database-check'"));
  }

  @Test
  void aGoodRunSaysThatItBeginsAndHowItEndedAndNothingElse() {
    symbols("AAPL");
    Map<String, Object> run = run("hourly-process");

    List<String> lines =
        log.list.stream()
            .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
            .filter(event -> event.getLoggerName().equals("dev.caravan.flow"))
            .map(event -> event.getLevel() + " " + event.getFormattedMessage())
            .filter(line -> line.startsWith("INFO hourly-process"))
            .toList();
    assertThat(lines)
        .containsExactly(
            "INFO hourly-process run " + run.get("run_id") + " started (schedule)",
            "INFO hourly-process run " + run.get("run_id") + " succeeded: 1 of 1 symbols stored");
    assertThat(log.list)
        .extracting(ILoggingEvent::getLevel)
        .noneMatch(level -> level.isGreaterOrEqual(Level.WARN));
  }

  @Test
  void whereTheDatabaseCheckFailsWhatNeedsItIsSkippedWithTheReasonAndNothingIsAsked() {
    symbols("AAPL");
    database.execute("alter table database_checks rename to away");
    try {
      Map<String, Object> run = run("hourly-process");

      assertThat(run).containsEntry("status", "failed");
      assertThat(run.get("error").toString())
          .startsWith("database-check: The database refused: ")
          .contains("database_checks");
      assertThat(steps(run))
          .containsExactly(
              "database-check failed", "news-load skipped", "alpaca-hourly-bars skipped");
      assertThat(
              database.query(
                  "select distinct split_part(error, ' refused', 1) as error, finished_at is not null as"
                      + " finished, trigger from flow_runs where status = 'skipped'"))
          .containsExactly(
              Map.of(
                  "error",
                  "needs database-check, which failed: The database",
                  "finished",
                  true,
                  "trigger",
                  "flow"));
      assertThat(exchange.requests()).isEmpty();
    } finally {
      database.execute("alter table away rename to database_checks");
    }
  }

  @Test
  void aStepThatFailsIsTheReasonOfItsFlowAndCostsNoOtherStep() {
    symbols("AAPL");
    exchange.addFault(Fault.status(Provider.ALPACA, 403).matching("/v2/calendar"));
    itIs(MONDAY_MORNING);
    Map<String, Object> run = run("start-of-day");

    assertThat(run).containsEntry("status", "failed");
    assertThat(run.get("error").toString()).startsWith("market-calendar: ").contains("403");
    assertThat(steps(run).subList(0, 4))
        .containsExactly(
            "market-calendar failed",
            "alpaca-minute-bars succeeded",
            "yahoo-bars succeeded",
            "alpaca-daily-bars succeeded");
  }

  @Test
  void theCalendarIsStoredAndLearntAndOnlyWhatIsNewIsWritten() {
    assertThat(run("market-calendar")).containsEntry("status", "succeeded");

    assertThat(
            database.query(
                "select min(session)::text as first, count(*) filter (where session between '2026-01-01' and"
                    + " '2026-12-31') as year from market_calendar"))
        .as("251 sessions by the rules, and one day closed")
        .containsExactly(Map.of("first", "2025-11-20", "year", 250L));
    assertThat(
            database.value(
                "select concat_ws(' ', open at time zone 'UTC', close at time zone 'UTC', session_open at"
                    + " time zone 'UTC', session_close at time zone 'UTC', source) from market_calendar"
                    + " where session = '2026-11-25'"))
        .isEqualTo(
            "2026-11-25 14:30:00 2026-11-25 18:00:00 2026-11-25 09:00:00 2026-11-25 22:00:00 alpaca");
    assertThat(MarketCalendar.isSession(CLOSED)).isFalse();
    assertThat(MarketCalendar.isOpen(Instant.parse("2026-11-25T18:00:00Z"))).isFalse();
    assertThat(MarketCalendar.session(SHORT).orElseThrow().last())
        .isEqualTo("2026-11-25T22:00:00Z");

    // What the exchange no longer holds goes, what it has changed is changed, all else stays as it
    // is.
    database.execute(
        "insert into market_calendar select date '2026-11-26', open + interval '1 day', close + interval '1"
            + " day', session_open + interval '1 day', session_close + interval '1 day', source, read_at from"
            + " market_calendar where session = '2026-11-25'");
    database.execute(
        "update market_calendar set close = close + interval '1 h' where session = '2026-11-25'");
    itIs("2026-11-20T16:01:00Z");
    assertThat(run("market-calendar")).containsEntry("status", "succeeded");
    assertThat(database.count("select count(*) from market_calendar where session = '2026-11-26'"))
        .isZero();
    assertThat(
            database.query(
                "select session::text as session from market_calendar where read_at ="
                    + " '2026-11-20T16:01:00Z'"))
        .containsExactly(Map.of("session", "2026-11-25"));
    // As a start does it, before anything is asked.
    MarketCalendar.learn(List.of());
    assertThat(MarketCalendar.learnRows(database.database().sessions())).isGreaterThan(500);
    assertThat(MarketCalendar.isSession(CLOSED)).isFalse();
  }

  @Test
  void aCalendarThatCannotBeReadChangesNothing() {
    run("market-calendar");
    long before = database.count("select count(*) from market_calendar");
    for (Fault.Kind kind : List.of(Fault.Kind.MALFORMED, Fault.Kind.HTML, Fault.Kind.EMPTY)) {
      exchange.clearFaults();
      exchange.addFault(Fault.of(Provider.ALPACA, kind).matching("/v2/calendar"));
      assertThat(run("market-calendar")).as(kind.name()).containsEntry("status", "failed");
      assertThat(database.count("select count(*) from market_calendar")).isEqualTo(before);
      assertThat(MarketCalendar.isSession(CLOSED)).as("still known").isFalse();
    }
  }

  @Test
  void aClockThatIsOffIsWarnedOfAndTheRunIsGoodAllTheSame() {
    clock.set("2026-11-20T15:01:12Z");
    assertThat(run("market-calendar")).containsEntry("status", "succeeded");
    assertThat(log.list)
        .filteredOn(event -> event.getLevel() == Level.WARN)
        .extracting(ILoggingEvent::getFormattedMessage)
        .singleElement()
        .asString()
        .startsWith("market-calendar: the clock of this machine is 12 s ahead of Alpaca's");
  }

  @Test
  void hourlyBarsGoOnFromTheLastSessionAndTheRunningHourIsNotFinal() {
    symbols("AAPL");
    run("hourly-process");
    assertThat(asked("timeframe=1Hour"))
        .singleElement()
        .asString()
        .contains("start=2026-11-13T05%3A00%3A00Z")
        .contains("end=2026-11-20T14%3A45%3A00Z")
        .contains("feed=sip");
    // At 10:01 the hour from 9 is over, but its last quarter is not served yet.
    assertThat(finality("1Hour", "ts >= '2026-11-20T13:00:00Z'"))
        .containsExactly("2026-11-20 13:00 t", "2026-11-20 14:00 f");

    exchange.clearRequests();
    itIs("2026-11-20T16:01:00Z");
    run("hourly-process");
    assertThat(asked("timeframe=1Hour"))
        .singleElement()
        .asString()
        .contains("start=2026-11-19T05%3A00%3A00Z");
    assertThat(finality("1Hour", "ts >= '2026-11-20T13:00:00Z'"))
        .containsExactly("2026-11-20 13:00 t", "2026-11-20 14:00 t", "2026-11-20 15:00 f");
  }

  @Test
  void whatEndOfDayStoresIsNotFinalUntilTheNextStartOfDayReadsItAgain() {
    symbols("AAPL");
    itIs(FRIDAY_EVENING);
    assertThat(run("end-of-day")).containsEntry("status", "succeeded");
    assertThat(finality("1Day", "ts >= '2026-11-19T05:00:00Z'"))
        .as("of Alpaca and Yahoo, Thursday and Friday")
        .containsExactly(
            "2026-11-19 05:00 t", "2026-11-19 05:00 t", "2026-11-20 05:00 f", "2026-11-20 05:00 f");

    itIs(MONDAY_MORNING);
    assertThat(run("start-of-day")).containsEntry("status", "succeeded");
    assertThat(finality("1Day", "ts = '2026-11-20T05:00:00Z'"))
        .containsExactly("2026-11-20 05:00 t", "2026-11-20 05:00 t");
    assertThat(
            database.query(
                "select b.revision, r.volume < b.volume as grown, r.final from bars b join bar_revisions r"
                    + " using (source, feed, symbol, timeframe, ts) where b.source = 'alpaca' and"
                    + " timeframe = '1Day'"))
        .as("what was traded after 18:00 came, and what was stored before is kept")
        .containsExactly(Map.of("revision", 1, "grown", true, "final", false));
  }

  @Test
  void startOfDayReadsTheMinutesOfAWeekAndTwiceIsOnce() {
    symbols("AAPL");
    itIs(MONDAY_MORNING);
    Map<String, Object> run = run("start-of-day");
    assertThat(steps(run).subList(0, 4))
        .containsExactly(
            "market-calendar succeeded",
            "alpaca-minute-bars succeeded",
            "yahoo-bars succeeded",
            "alpaca-daily-bars succeeded");
    assertThat(asked("timeframe=1Min").get(0)).contains("start=2026-11-16T05%3A00%3A00Z");
    assertThat(
            database.query(
                "select (ts at time zone 'America/New_York')::date::text as session, count(*) as minutes,"
                    + " bool_and(final) as final from bars where timeframe = '1Min' and (ts at time zone"
                    + " 'America/New_York')::time >= '9:30' and (ts at time zone 'America/New_York')::time <"
                    + " '16:00' group by 1 order by 1"))
        .extracting(row -> row.get("session") + " " + row.get("minutes") + " " + row.get("final"))
        .containsExactly(
            "2026-11-16 390 true",
            "2026-11-17 390 true",
            "2026-11-18 390 true",
            "2026-11-19 390 true",
            "2026-11-20 390 true");

    long bars = database.count("select count(*) from bars where timeframe = '1Min'");
    run("start-of-day");
    assertThat(database.count("select count(*) from bars where timeframe = '1Min'"))
        .isEqualTo(bars);
    assertThat(database.count("select count(*) from bar_revisions where timeframe = '1Min'"))
        .isZero();
  }

  private void itIs(String instant) {
    clock.set(instant);
    theirs.set(instant);
  }

  /** The steps of a run with their statuses, without those that other flows' tests are about. */
  private List<String> steps(Map<String, Object> run) {
    return database
        .query(
            "select flow || ' ' || status as step from flow_runs where parent_run_id = "
                + run.get("run_id")
                + " and not (flow in ('news-load', 'receipts') and status <> 'skipped') order by run_id")
        .stream()
        .map(row -> row.get("step").toString())
        .toList();
  }

  private List<String> finality(String timeframe, String which) {
    return database
        .query(
            "select to_char(ts at time zone 'UTC', 'YYYY-MM-DD HH24:MI ') || left(final::text, 1) as bar from"
                + " bars where timeframe = '"
                + timeframe
                + "' and "
                + which
                + " order by ts, source")
        .stream()
        .map(row -> row.get("bar").toString())
        .toList();
  }

  private List<String> asked(String part) {
    return exchange.requests().stream()
        .map(request -> request.path() + "?" + request.query())
        .filter(uri -> uri.contains(part))
        .toList();
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }
}
