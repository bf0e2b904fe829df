package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ledger.BackfillPlan;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * This machine's clock is 5 minutes ahead of Alpaca's, whose free plan withholds the newest 15
 * minutes of feed sip: it answers 403 where a request ends later.
 */
class ClockAheadIT extends CaravanTestSupport {
  private static final String NOON = "2025-11-20T17:00:00Z";
  private static final String AHEAD = "2025-11-20T17:05:00Z";
  private static final LocalDate TODAY = LocalDate.parse("2025-11-20");

  private final MovableClock ours = new MovableClock(NOON);
  private final MovableClock theirs = new MovableClock(NOON);
  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withClock(theirs)
              .withBackgroundTradesPerMinute(20)
              .withAlpacaRequestsPerMinute(0));

  ClockAheadIT() {
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.retry.attempts", "1");
  }

  @Override
  protected Clock clock() {
    return ours;
  }

  /** Both tell the same time, as the answers say, until our clock leaps. */
  @BeforeEach
  void leap() {
    ours.set(NOON);
    theirs.set(NOON);
    symbols("AAPL");
    assertThat(run("alpaca-minute-bars")).containsEntry("status", "succeeded");
    database.execute("truncate bars, read_watermarks, proofs");
    ours.set(AHEAD);
    exchange.clearRequests();
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"alpaca-minute-bars", "alpaca-hourly-bars", "alpaca-daily-bars"})
  void barsAreReadUpToWhatThePlanServes(String flow) {
    assertThat(run(flow))
        .containsEntry("status", "succeeded")
        .containsEntry("stored", 1)
        .containsEntry("error", null);
    assertThat(database.count("select count(*) from bars")).isPositive();
    assertThat(newest()).isBefore(Instant.parse("2025-11-20T16:45:00Z"));
    assertThat(refusals()).as("the first one tells the time").isEqualTo(1);

    assertThat(run(flow)).containsEntry("status", "succeeded");
    assertThat(refusals()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1Min", "trades"})
  void aBackfillIsReadUpToWhatThePlanServes(String timeframe) {
    BackfillPlan plan =
        BackfillPlan.of(
            "alpaca", "sip", timeframe, TODAY, TODAY, List.of("AAPL"), Instant.parse(AHEAD));
    for (int times = 1; times <= 2; times++) {
      assertThat(
              template
                  .request(
                      "direct:backfill",
                      request -> {
                        request.getMessage().setHeader("trigger", "command");
                        request.getMessage().setHeader("plan", plan);
                        request.getMessage().setHeader("probe", true);
                      })
                  .getException())
          .isNull();
      Map<String, Object> range =
          database.query("select attempts, last_error from backfill_ranges").get(0);
      assertThat(range).containsEntry("last_error", null);
      assertThat(refusals()).as("the first one tells the time").isEqualTo(1);
    }
    String table = timeframe.equals("trades") ? "trades" : "bars";
    assertThat(database.count("select count(*) from " + table)).isPositive();
    assertThat(database.count("select count(*) from dead_letters")).isZero();
  }

  private Instant newest() {
    return Instant.ofEpochSecond(
        database.count("select extract(epoch from max(ts))::bigint from bars"));
  }

  private long refusals() {
    return exchange.requests().stream().filter(request -> request.status() == 403).count();
  }
}
