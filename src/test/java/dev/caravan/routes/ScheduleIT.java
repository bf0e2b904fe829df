package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What a schedule does on a day without a session, and at the start. */
class ScheduleIT extends CaravanTestSupport {
  private static final String THANKSGIVING = "2026-11-26T16:00:00Z";
  private static final String THE_DAY_AFTER = "2026-11-27T16:00:00Z";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final MovableClock clock = new MovableClock(THANKSGIVING);
  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withClock(clock)
              .withAlpacaRequestsPerMinute(0)
              .withYahooQuickRequests(0));

  ScheduleIT() {
    set("caravan.yahoo.url", exchange.url());
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.alpaca.trading-url", exchange.url());
    set("caravan.schedule.yahoo-quotes", "* * * ? * *");
    set("caravan.schedule.hourly-process", "* * * ? * *");
    // On, and not due for long: only the start brings a run of it.
    set("caravan.schedule.market-calendar", "0 0 0 1 1 ? 2098");
    set("caravan.schedule.repair", "off");
    // As a cron of MON-FRI has it, which would come true on some days of this test's own week only.
    internal("schedule.hourly-process.admits", "session-days");
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
  void onAHolidayWhatBelongsToTheSessionIsNotStartedAndOnTheDayAfterItIs() {
    await("the calendar, read at the start")
        .atMost(PATIENCE)
        .until(() -> database.count("select count(*) from market_calendar") > 500);
    await("a schedule that keeps to no session")
        .atMost(PATIENCE)
        .until(() -> runs("yahoo-quotes") >= 3);
    assertThat(runs("hourly-process")).isZero();

    clock.set(THE_DAY_AFTER);
    await("the session's schedule").atMost(PATIENCE).until(() -> runs("hourly-process") > 0);
    assertThat(
            database.query(
                "select trigger, count(*) as runs from flow_runs where flow = 'market-calendar' group by 1"))
        .extracting(row -> row.get("trigger") + " " + row.get("runs"))
        .containsExactly("schedule 1");
  }

  private long runs(String flow) {
    return database.count("select count(*) from flow_runs where flow = '" + flow + "'");
  }
}
