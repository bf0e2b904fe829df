package dev.caravan.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamHealthTest {
  private final StreamFigures figures = new StreamFigures();
  private final StreamHours always = new StreamHours();
  private final StreamHealth health = new StreamHealth();

  @BeforeEach
  void show() {
    always.setSchedule("always");
    health.setFigures(figures);
    health.setHours(always);
    health.setEnabled(true);
  }

  @Test
  void itIsUpWhileTheStreamIsNotReadAtAll() {
    health.setEnabled(false);
    assertThat(call().getState()).isEqualTo(HealthCheck.State.UP);
    assertThat(call().getMessage()).hasValueSatisfying(said -> assertThat(said).contains("off"));
  }

  @Test
  void aMetricSaysWhetherSomeProcessIsToHaveTheStream() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    figures.setRegistry(registry);
    assertThat(registry.get("caravan.stream.due").gauge().value()).isEqualTo(1);

    // The evening of a Saturday.
    always.setSchedule("session");
    health.setClock(Clock.fixed(Instant.parse("2026-11-21T23:00:00Z"), ZoneOffset.UTC));
    assertThat(registry.get("caravan.stream.due").gauge().value()).isZero();
    always.setSchedule("always");
    health.setEnabled(false);
    assertThat(registry.get("caravan.stream.due").gauge().value()).isZero();
  }

  @Test
  void itIsDownWhereThereIsASessionAndTheRouteIsNotStarted() {
    assertDown("its route is not started");
    figures.started(() -> 0);
    figures.stopped();
    assertDown("its route is not started");
  }

  @Test
  void itIsDownUntilTheServerDelivers() {
    figures.started(() -> 0);
    assertDown("starting");
    figures.connecting();
    assertDown("connecting");
    figures.opened();
    assertDown("connected");
    figures.said("authenticated");
    assertDown("authenticated");
    figures.said("subscription");
    assertThat(call().getState()).isEqualTo(HealthCheck.State.UP);
  }

  @Test
  void itSaysWhyTheConnectionIsNotThere() {
    subscribed();
    figures.lost("the server closed the connection");
    assertDown("the server closed the connection");
    figures.waiting(250);
    assertDown("the server closed the connection");
    assertDown("250 ms");
    figures.gaveUp("402 auth failed");
    assertDown("402 auth failed");
  }

  @Test
  void itIsDownWhileRowsWaitForTheDatabaseAndUpOnceTheyAreStored() {
    subscribed();
    figures.trouble("the database system is shutting down");
    assertDown("the database system is shutting down");
    figures.committed(1);
    assertThat(call().getState()).isEqualTo(HealthCheck.State.UP);
  }

  @Test
  void itIsDownWhileTheOldestRowsHaveWaitedForHalfAMinute() {
    subscribed();
    figures.waits(() -> 29_000_000_000L);
    assertThat(call().getState()).isEqualTo(HealthCheck.State.UP);
    figures.waits(() -> 31_000_000_000L);
    assertDown("the oldest rows have waited for 31 s");

    figures.pausing(true);
    assertDown("the oldest rows have waited for 31 s");
    figures.pausing(false);
    figures.waits(() -> 0);
    assertThat(call().getState()).isEqualTo(HealthCheck.State.UP);
    assertThat(call().getDetails()).containsEntry("seconds.queued", 0.0);
  }

  @Test
  void itTellsWhatIsQueued() {
    figures.started(() -> 4711);

    assertThat(call().getDetails()).containsEntry("bytes.queued", 4711L);
  }

  private void subscribed() {
    figures.started(() -> 0);
    figures.opened();
    figures.said("authenticated");
    figures.said("subscription");
  }

  private void assertDown(String reason) {
    HealthCheck.Result result = call();
    assertThat(result.getState()).isEqualTo(HealthCheck.State.DOWN);
    assertThat(result.getMessage()).hasValueSatisfying(said -> assertThat(said).contains(reason));
  }

  private HealthCheck.Result call() {
    return health.call(Map.of());
  }
}
