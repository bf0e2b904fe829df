package dev.caravan.management;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.database.ChangeFigures;
import dev.caravan.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long changes have waited to be published, as health and metrics say it. */
class ChangesHealthIT {
  private static final String PUBLISHED = "changes are published to topic others";

  private final TestDatabase database = TestDatabase.fresh();
  private final AtomicLong nanoTime = new AtomicLong(-5);
  private final ChangeFigures figures = new ChangeFigures(nanoTime::get);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ChangesHealth health = new ChangesHealth();

  @BeforeEach
  void show() {
    figures.setRegistry(registry);
    health.setFigures(figures);
    health.setTopic("others");
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void whereNoneWaitsItIsUp() {
    says(HealthCheck.State.UP, PUBLISHED);
    pass(3_600);
    says(HealthCheck.State.UP, PUBLISHED);
    assertThat(gauge()).isZero();
  }

  @Test
  void whereTheOldestStaysForMoreThanAMinuteItIsDown() {
    log(1);
    says(HealthCheck.State.UP, PUBLISHED);
    pass(60);
    log(2);
    says(HealthCheck.State.UP, PUBLISHED);
    pass(1);
    says(
        HealthCheck.State.DOWN,
        "no change was published to topic others for 61 s, and they wait in table changes: look"
            + " whether the brokers answer, and for a transaction that has been open for so long");
    assertThat(gauge()).isEqualTo(61.0);
  }

  @Test
  void whereTheyArePublishedItIsUpHoweverManyWait() {
    log(1);
    log(2);
    says(HealthCheck.State.UP, PUBLISHED);
    pass(50);
    database.execute("delete from changes where change_id = 1");
    says(HealthCheck.State.UP, PUBLISHED);
    pass(50);
    says(HealthCheck.State.UP, PUBLISHED);
    database.execute("delete from changes");
    pass(50);
    says(HealthCheck.State.UP, PUBLISHED);
    assertThat(gauge()).isZero();
  }

  private void says(HealthCheck.State state, String message) {
    figures.setStanding(Standing.of(database));
    HealthCheck.Result result = health.call();
    assertThat(result.getMessage()).contains(message);
    assertThat(result.getState()).isEqualTo(state);
  }

  private void log(int number) {
    database.execute(
        "insert into changes (change_id, dataset, symbol, content) overriding system value values ("
            + number
            + ", 'trades', 'AAPL', '{}')");
  }

  private void pass(long seconds) {
    nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  private double gauge() {
    return registry.get("caravan.changes.waiting").timeGauge().value();
  }
}
