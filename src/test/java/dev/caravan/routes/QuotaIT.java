package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.LimiterKind;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.ServedRequest;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.LeapClock;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * 500 requests that are due at once, against a server that refuses the 201st in any 60 s. Two
 * windows have to pass; what of them is nothing but waiting, the clocks leap over.
 */
class QuotaIT extends CaravanTestSupport {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int LIMIT = 200;
  private static final int DUE = 500;

  /** Time until the account may send again, where all that it may have sent is answered. */
  private static final String DEAD_TIME =
      "select coalesce(max(ms), 0) from (select floor(extract(epoch from min(free_at) -"
          + " clock_timestamp()) * 1000)::bigint as ms from request_slots where free_at >"
          + " clock_timestamp() having count(*) = "
          + LIMIT
          + " and not bool_or(in_flight)) as full_window";

  private final LeapClock clock = new LeapClock(database);
  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withClock(clock)
              .withYahooQuickRequests(0)
              .withYahooRequestsPerMinute(LIMIT)
              .withLimiter(LimiterKind.SLIDING_WINDOW)
              .withLatency(Duration.ofMillis(50)));

  QuotaIT() {
    set("caravan.yahoo.url", exchange.url());
    set("caravan.yahoo.requests-per-minute", Integer.toString(LIMIT));
    set("caravan.yahoo.burst", Integer.toString(LIMIT));
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
  void noneIsRefusedAndTheTimeIsWithinATenthOfTheLeastThatTheLimitAllows() throws Exception {
    database.execute(
        "insert into symbols (symbol) select 'Q' || chr(65 + n / 26) || chr(65 + n % 26)"
            + " from generate_series(0, "
            + (DUE - 1)
            + ") n");

    FutureTask<Map<String, Object>> ended = new FutureTask<>(() -> run("yahoo-quotes"));
    new Thread(ended, "yahoo-quotes").start();
    // The last second of a window passes as it would.
    await("the end of the run")
        .atMost(PATIENCE)
        .until(
            () -> {
              Duration dead = Duration.ofMillis(database.count(DEAD_TIME)).minusSeconds(1);
              if (dead.compareTo(Duration.ZERO) > 0) {
                clock.leap(dead);
              }
              return ended.isDone();
            });

    assertThat(ended.get()).containsEntry("status", "succeeded").containsEntry("stored", DUE);

    List<ServedRequest> requests = exchange.requests();
    assertThat(requests)
        .hasSize(DUE)
        .allSatisfy(request -> assertThat(request.status()).isEqualTo(200));
    Duration taken =
        Duration.between(requests.get(0).arrivedAt(), requests.get(DUE - 1).arrivedAt());
    // 200 at once, 200 after a window, 100 after another: two windows are the least.
    assertThat(taken).isBetween(Duration.ofSeconds(120), Duration.ofSeconds(132));
  }
}
