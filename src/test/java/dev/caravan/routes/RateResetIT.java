package dev.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.exchange.SimulatorOptions;
import dev.caravan.simulator.server.Fault;
import dev.caravan.simulator.server.Provider;
import dev.caravan.simulator.server.ServedRequest;
import dev.caravan.support.CaravanTestSupport;
import dev.caravan.support.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times that a provider names in its headers are of its clock, which is hours from ours here. */
class RateResetIT extends CaravanTestSupport {
  private final MovableClock theirs = new MovableClock(Instant.now().toString());
  private final Simulator exchange =
      Simulator.start(SimulatorOptions.defaults().withClock(theirs).withAlpacaRequestsPerMinute(0));

  RateResetIT() {
    set("caravan.alpaca.data-url", exchange.url());
    // Whose newest quarter of an hour no plan withholds, by whatever clock.
    set("caravan.alpaca.history-feed", "iex");
    set("caravan.alpaca.requests-per-minute", "100");
    set("caravan.alpaca.burst", "100");
  }

  @BeforeEach
  void begin() {
    exchange.clearFaults();
    exchange.clearRequests();
    symbols("AAPL");
  }

  @AfterAll
  void close() {
    exchange.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {-3, 0, 3})
  void aRefusalIsWaitedOutForAsLongAsTheProviderMeans(int hours) {
    move(hours);
    long reset = theirs.instant().getEpochSecond() + 2;
    exchange.addFault(
        Fault.status(Provider.ALPACA, 429)
            .times(1)
            .with(Map.of("X-RateLimit-Reset", Long.toString(reset))));

    assertThat(run("alpaca-daily-bars")).containsEntry("status", "succeeded");

    List<ServedRequest> asked = exchange.requests();
    assertThat(asked).hasSizeGreaterThan(1);
    assertThat(asked.get(0).status()).isEqualTo(429);
    // The answer's date has whole seconds, so that the wait is more than one and at most two.
    assertThat(asked.get(1).nanoTime() - asked.get(0).nanoTime())
        .isGreaterThan(Duration.ofSeconds(1).toNanos());
    assertThat(database.count("select count(*) from request_budgets where paused_until > now()"))
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {-3, 0, 3})
  void whatIsLeftHoldsUntilTheProvidersResetAndNoHoursLonger(int hours) {
    move(hours);
    exchange.addFault(
        Fault.of(Provider.ALPACA, Fault.Kind.SLOW)
            .with(
                Map.of(
                    "X-RateLimit-Limit", "100",
                    "X-RateLimit-Remaining", "10",
                    "X-RateLimit-Reset", Long.toString(theirs.instant().getEpochSecond() + 30))));

    assertThat(run("alpaca-daily-bars")).containsEntry("status", "succeeded");

    assertThat(held("20 s")).isEqualTo(90);
    assertThat(held("95 s")).isZero();
  }

  private void move(int hours) {
    theirs.set(Instant.now().plus(Duration.ofHours(hours)).toString());
  }

  private long held(String after) {
    return database.count(
        "select count(*) from request_slots where account = 'alpaca' and free_at > now() + interval '"
            + after
            + "'");
  }
}
