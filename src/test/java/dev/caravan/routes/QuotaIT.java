package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.LimiterKind;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.ServedRequest;
import dev.caravan.support.CaravanTestSupport;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * 500 requests that are due at once, against a server that refuses the 201st in any 60 s. It takes
 * two minutes, since two windows have to pass.
 */
class QuotaIT extends CaravanTestSupport {
  private static final int LIMIT = 200;
  private static final int DUE = 500;

  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults()
              .withYahooQuickRequests(0)
              .withYahooRequestsPerMinute(LIMIT)
              .withLimiter(LimiterKind.SLIDING_WINDOW)
              .withLatency(Duration.ofMillis(50)));

  QuotaIT() {
    set("caravan.yahoo.url", exchange.url());
    set("caravan.yahoo.requests-per-minute", Integer.toString(LIMIT));
    set("caravan.yahoo.burst", Integer.toString(LIMIT));
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  @Test
  void noneIsRefusedAndTheTimeIsWithinATenthOfTheLeastThatTheLimitAllows() {
    database.execute(
        "insert into symbols (symbol) select 'Q' || chr(65 + n / 26) || chr(65 + n % 26)"
            + " from generate_series(0, "
            + (DUE - 1)
            + ") n");

    assertThat(run("yahoo-quotes"))
        .containsEntry("status", "succeeded")
        .containsEntry("stored", DUE);

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
