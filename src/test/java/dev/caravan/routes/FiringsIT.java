package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Several processes on one database: each firing of a schedule is run by one of them. One test
 * alone, since its flows are due each second, also while tables are emptied.
 */
class FiringsIT extends CaravanTestSupport {
  private final MovableClock clock = new MovableClock("2026-11-27T16:00:00Z");
  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withClock(clock)
              .withAlpacaRequestsPerMinute(0)
              .withYahooQuickRequests(0));

  FiringsIT() {
    set("caravan.yahoo.url", exchange.url());
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.alpaca.trading-url", exchange.url());
    set("caravan.schedule.yahoo-quotes", "* * * ? * *");
    set("caravan.schedule.yahoo-bars", "* * * ? * *");
    set("caravan.schedule.repair", "0 0 0 1 1 ? 2098");
  }

  @Override
  protected boolean scheduled() {
    return true;
  }

  @Override
  protected Clock clock() {
    return clock;
  }

  /** Another process has all firings of yahoo-quotes before we start. */
  @Override
  public void emptyTables() {
    super.emptyTables();
    database.execute(
        "insert into flow_firings (flow, due_at, node, resumed_at)"
            + " select 'yahoo-quotes', due_at, 'another', now() from generate_series("
            + " date_trunc('second', now()) - interval '1 min', now() + interval '1 h', '1 s') due_at");
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  @Test
  void aFiringThatAnotherProcessHasTakenIsNotRunAndEveryOtherOneOnce() {
    awaiting("a flow whose firings are ours").until(() -> runs("yahoo-bars") >= 3);
    assertThat(runs("yahoo-quotes")).as("it has the firings of the other").isZero();
    assertThat(
            database.query(
                "select distinct node from flow_firings where flow = 'yahoo-bars' and due_at ="
                    + " date_trunc('second', due_at)"))
        .containsExactly(Map.of("node", database.database().process()));

    database.execute("delete from flow_firings where flow = 'yahoo-quotes'");
    awaiting("the flow whose firings nobody has taken").until(() -> runs("yahoo-quotes") >= 2);
    assertThat(
            database.count(
                "select count(*) from flow_runs where flow in ('yahoo-quotes', 'yahoo-bars') and parent_run_id is null"))
        .as("no run that no firing began")
        .isLessThanOrEqualTo(database.count("select count(*) from flow_firings"));
  }

  private long runs(String flow) {
    return database.count("select count(*) from flow_runs where flow = '" + flow + "'");
  }

  private static ConditionFactory awaiting(String what) {
    return await(what).atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(100));
  }
}
