package dev.caravan.management;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.database.OperationalSnapshot;
import dev.caravan.market.ProviderClock;
import dev.caravan.support.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The three clocks, of which the database's is the true one here. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClockHealthIT {
  private final TestDatabase database = TestDatabase.fresh();

  @AfterAll
  void drop() {
    database.close();
  }

  @Test
  void clocksThatAgreeAreHealthy() {
    HealthCheck.Result health = health(Duration.ZERO, Duration.ZERO);

    assertThat(health.getState()).isEqualTo(HealthCheck.State.UP);
  }

  @Test
  void aDatabaseThatIsAheadIsToldOf() {
    HealthCheck.Result health = health(Duration.ofSeconds(-90), Duration.ofSeconds(-90));

    assertThat(health.getState()).isEqualTo(HealthCheck.State.DOWN);
    assertThat(health.getMessage())
        .hasValueSatisfying(
            said ->
                assertThat(said)
                    .matches(
                        "The database's clock is (89|90) s ahead of this machine's: set both by NTP"));
  }

  @Test
  void aProviderThatIsBehindIsToldOf() {
    HealthCheck.Result health = health(Duration.ZERO, Duration.ofSeconds(-90));

    assertThat(health.getState()).isEqualTo(HealthCheck.State.DOWN);
    assertThat(health.getMessage())
        .hasValueSatisfying(
            said ->
                assertThat(said)
                    .matches(
                        "This machine's clock is (88|89|90) s ahead of Alpaca's: set it right \\(NTP\\)"));
  }

  /** Of a process and a provider whose clocks are so far ahead of the true one. */
  private HealthCheck.Result health(Duration process, Duration provider) {
    Clock ours = Clock.offset(Clock.systemUTC(), process);
    ProviderClock clock = new ProviderClock();
    clock.setClock(ours);
    clock.heard(
        "alpaca",
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.now().plus(provider).atZone(ZoneOffset.UTC)),
        ours.instant());
    OperationalSnapshot standing = Standing.of(database);
    standing.setClock(ours);
    return new ClockHealth(clock, standing).call(Map.of());
  }
}
