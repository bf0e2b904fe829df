package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.source.SourceBreakers;
import dev.caravan.support.CaravanTestSupport;
import java.util.Map;
import org.apache.camel.component.resilience4j.ResilienceProcessor;
import org.apache.camel.spi.IdAware;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A class of its own, since a breaker that has opened stays so for the tests after it. */
class BreakerIT extends CaravanTestSupport {
  private final Simulator exchange =
      Simulator.start(SimulatorOptions.defaults().withYahooQuickRequests(0));

  BreakerIT() {
    set("caravan.yahoo.url", exchange.url());
    set("camel.resilience4j.automaticTransitionFromOpenToHalfOpenEnabled", "true");
    set("camel.resilience4j.waitDurationInOpenState", "2");
    // Seconds.
    set("camel.resilience4j.slidingWindowSize", "3");
    set("caravan.alpaca.trading-url", exchange.url());
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  @Test
  void theStepsOfATemplateHaveTheIdOfTheirRouteBeforeTheirOwn() {
    assertThat(context.getRoutes())
        .flatMap(route -> route.filter("*"))
        .extracting(step -> ((IdAware) step).getId())
        .contains("alpaca-request-http", "yahoo-request-breaker", "yahoo-bars-steps-items")
        .noneMatch(id -> id.matches("route-?\\d+.*"));
  }

  @Test
  void failuresOfAnEarlierHourSayNothingOfNow() {
    exchange.addFault(Fault.status(Provider.ALPACA, 503));
    ResilienceProcessor breaker =
        context.getProcessor("alpaca-trading-request-breaker", ResilienceProcessor.class);
    for (int i = 0; i < 3; i++) {
      assertThat(run("market-calendar")).containsEntry("status", "failed");
    }
    assertThat(exchange.requests()).as("too few to decide").hasSize(15);
    await().until(() -> breaker.getNumberOfBufferedCalls() == 0);

    run("market-calendar");

    assertThat(exchange.requests()).hasSize(20);
    assertThat(SourceBreakers.state(context, "alpaca-trading"))
        .isEqualTo(SourceBreakers.State.CLOSED);
    exchange.clearFaults();
    assertThat(run("market-calendar")).containsEntry("status", "succeeded");
  }

  @Test
  void aBreakerStopsAProviderThatIsDownFromBeingHammeredAndTheRunSaysSo() {
    database.execute(
        "insert into symbols (symbol) select 'S' || chr(65 + n / 26) || chr(65 + n % 26) from generate_series(0, 399) n");
    exchange.addFault(Fault.status(Provider.YAHOO, 503));

    Map<String, Object> run = run("yahoo-quotes");
    assertThat(run).containsEntry("status", "failed").containsEntry("expected", 400);
    assertThat(
            database.count("select count(*) from dead_letters where reason like 'yahoo is down%'"))
        .isPositive();
    assertThat(database.count("select count(*) from dead_letters"))
        .as("each symbol is named")
        .isEqualTo(400);
    // 400 symbols with 5 tries each would be 2,000 requests; the breaker looks at 20 and 50 are
    // under way.
    assertThat(exchange.requests().size()).isLessThan(150);
    assertThat(SourceBreakers.state(context, "yahoo")).isNotEqualTo(SourceBreakers.State.CLOSED);

    // It is back: one request tries it, and 49 are under way beside that one.
    exchange.clearFaults();
    await().until(() -> SourceBreakers.state(context, "yahoo") != SourceBreakers.State.OPEN);
    assertThat(run("yahoo-quotes"))
        .containsEntry("status", "succeeded")
        .containsEntry("stored", 400);
  }
}
