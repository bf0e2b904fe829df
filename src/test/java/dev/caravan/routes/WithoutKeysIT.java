package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.support.CaravanTestSupport;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A Caravan that asks Yahoo alone. */
class WithoutKeysIT extends CaravanTestSupport {
  private final Simulator exchange =
      Simulator.start(
          SimulatorOptions.defaults().withAlpacaRequestsPerMinute(0).withYahooQuickRequests(0));

  WithoutKeysIT() {
    set("caravan.alpaca.key-id", "");
    set("caravan.alpaca.secret-key", "");
    set("caravan.yahoo.url", exchange.url());
    set("caravan.alpaca.data-url", exchange.url());
    set("caravan.alpaca.trading-url", exchange.url());
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  @Test
  void stepsThatNeedKeysAreNoSteps() {
    symbols("AAPL");
    assertThat(steps("hourly-process")).containsExactly("database-check succeeded");
    assertThat(steps("start-of-day")).startsWith("yahoo-bars succeeded").noneMatch(alpacas());
    assertThat(steps("end-of-day")).startsWith("yahoo-bars succeeded").noneMatch(alpacas());
    assertThat(exchange.requests())
        .isNotEmpty()
        .noneMatch(request -> request.path().startsWith("/v2/"));
  }

  private static java.util.function.Predicate<String> alpacas() {
    return step ->
        List.of("alpaca-", "market-calendar", "symbol-maintenance").stream()
            .anyMatch(step::startsWith);
  }

  private List<String> steps(String flow) {
    Map<String, Object> run = run(flow);
    return database
        .query(
            "select flow || ' ' || status as step from flow_runs where parent_run_id = "
                + run.get("run_id")
                + " order by run_id")
        .stream()
        .map(row -> row.get("step").toString())
        .toList();
  }
}
