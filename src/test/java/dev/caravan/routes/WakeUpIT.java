package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.runtime.FlowCatalog;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.time.Clock;
import java.time.Duration;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

/** A laptop that is shut for a day makes up for it when it is opened, without a new start. */
class WakeUpIT extends CaravanTestSupport {
  private final MovableClock clock = new MovableClock("2025-11-20T15:00:00Z");

  WakeUpIT() {
    set("caravan.yahoo.url", "http://127.0.0.1:1");
    set("caravan.alpaca.data-url", "http://127.0.0.1:1");
    set("caravan.alpaca.trading-url", "http://127.0.0.1:1");
    for (String flow : FlowCatalog.FLOWS) {
      set("caravan.schedule." + flow, "off");
    }
    set("caravan.schedule.catch-up", "start");
    set("caravan.retry.attempts", "1");
    internal("wake-up-ms", "20");
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  @Override
  protected boolean scheduled() {
    return true;
  }

  @Override
  public void emptyTables() {
    super.emptyTables();
    symbols("AAPL");
    database.execute(
        "insert into flow_runs (flow, trigger, status, started_at, finished_at, process)"
            + " values ('end-of-day', 'schedule', 'succeeded', '2025-11-19 23:00+00', now(), 'gone')");
  }

  @Test
  void theTimeThatWasSleptThroughIsMissedTime() {
    awaiting("the catch-up of the start").until(() -> caughtUp() == 1);
    assertThat(database.count("select count(*) from receipts")).isZero();

    awaiting("the catch-up of a wake-up")
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              // The timer may not have looked at the clock before it moved for the first time.
              clock.advance(Duration.ofHours(32));
              return caughtUp() >= 2;
            });
    assertThat(database.count("select count(*) from receipts where session = '2025-11-20'"))
        .as("receipts of the session that was slept through")
        .isPositive();
  }

  private long caughtUp() {
    return database.count(
        "select count(*) from flow_runs where flow = 'catch-up' and finished_at is not null");
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(20));
  }
}
