package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.market.MarketCalendar;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What another process on the database has begun, and whoever is left goes on with. */
class ResumeIT extends CaravanTestSupport {
  private final MovableClock clock = new MovableClock("2026-11-27T16:00:00Z");
  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withClock(clock)
              .withAlpacaRequestsPerMinute(0)
              .withYahooQuickRequests(0));

  ResumeIT() {
    set("caravan.yahoo.url", exchange.url());
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.alpaca.trading-url", exchange.url());
    set("caravan.schedule.yahoo-quotes", "off");
    set("caravan.schedule.yahoo-bars", "off");
    set("caravan.schedule.repair", "0 0 0 1 1 ? 2098");
    internal("resume-ms", "200");
    internal("learn-sessions-ms", "200");
  }

  @Override
  protected boolean scheduled() {
    return true;
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  @Test
  void theSessionsThatAnotherProcessHasReadAreKnownHereAsWell() {
    LocalDate monday = LocalDate.parse("2026-11-30");
    assertThat(MarketCalendar.isSession(monday)).isTrue();
    database.execute(
        "insert into market_calendar (session, open, close, session_open, session_close, source, read_at) values"
            + " ('2026-11-27', '2026-11-27 14:30+00', '2026-11-27 18:00+00',"
            + " '2026-11-27 09:00+00', '2026-11-27 22:00+00', 'alpaca', now()),"
            + " ('2026-12-01', '2026-12-01 14:30+00', '2026-12-01 21:00+00',"
            + " '2026-12-01 09:00+00', '2026-12-02 01:00+00', 'alpaca', now())");
    awaiting("a day of mourning").until(() -> !MarketCalendar.isSession(monday));
  }

  @Test
  void whatWasCutOffWithItsProcessIsStartedAgainOnce() {
    database.execute(
        "insert into flow_runs (flow, trigger, status, started_at, process) values"
            + " ('end-of-day', 'command', 'running', now(), 'gone'),"
            + " ('receipts', 'schedule', 'running', now() - interval '2 days', 'gone'),"
            + " ('news-load', 'schedule', 'running', now(), 'gone')");
    awaiting("the run that takes its place")
        .until(
            () ->
                database
                    .query(
                        "select status, trigger, resumed_at is not null as resumed from flow_runs"
                            + " where flow = 'news-load' order by run_id")
                    .toString()
                    .matches(
                        "\\[\\{status=interrupted, trigger=schedule, resumed=true}, \\{status=(running|succeeded), trigger=schedule, resumed=false}]"));
    assertThat(
            database.query(
                "select flow, status, resumed_at is not null as resumed from flow_runs where flow in ('end-of-day', 'receipts')"))
        .as("a person's run is a person's to repeat, and what is old is catch-up's")
        .containsExactlyInAnyOrder(
            Map.of("flow", "end-of-day", "status", "interrupted", "resumed", false),
            Map.of("flow", "receipts", "status", "interrupted", "resumed", false));
  }

  @Test
  void whatAProcessTookAndNeverBeganIsStartedOnce() {
    database.execute(
        "insert into flow_runs (flow, trigger, status, started_at, finished_at, process) values"
            + " ('end-of-day', 'schedule', 'succeeded', now(), now(), 'gone')");
    database.execute(
        "insert into flow_firings (flow, due_at, node, taken_at) values"
            + " ('end-of-day', now() - interval '1 s', 'gone', now() - interval '1 s'),"
            + " ('receipts', now() - interval '2 days', 'gone', now() - interval '2 days'),"
            + " ('symbol-maintenance', now() + interval '1 h', 'gone', now()),"
            + " ('news-load', now() - interval '1 s', 'gone', now() - interval '1 s')");
    awaiting("the run that was never begun").until(() -> runs("news-load") == 1);
    awaiting("what was looked for")
        .until(
            () ->
                database.count(
                        "select count(*) from flow_firings where resumed_at is not null and node = 'gone'")
                    == 1);
    assertThat(runs("end-of-day")).as("was begun").isEqualTo(1);
    assertThat(runs("receipts")).as("what is old is catch-up's").isZero();
    assertThat(runs("symbol-maintenance")).as("is not due yet").isZero();
  }

  private long runs(String flow) {
    return database.count("select count(*) from flow_runs where flow = '" + flow + "'");
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(100));
  }
}
