package dev.caravan.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StreamFiguresTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final StreamFigures figures = new StreamFigures();

  @Test
  void theRegistryFollowsTheConnection() {
    figures.setRegistry(registry);
    assertThat(gauge("caravan.stream.connected")).isZero();
    figures.started(() -> 12);
    figures.opened();
    figures.said("authenticated");
    figures.said("subscription");

    assertThat(gauge("caravan.stream.connected")).isEqualTo(1);
    assertThat(gauge("caravan.stream.authenticated")).isEqualTo(1);
    assertThat(gauge("caravan.stream.subscribed")).isEqualTo(1);
    assertThat(gauge("caravan.stream.bytes.queued")).isEqualTo(12);

    figures.lost("gone");
    assertThat(gauge("caravan.stream.connected")).isZero();
    assertThat(gauge("caravan.stream.authenticated")).isZero();
    assertThat(gauge("caravan.stream.subscribed")).isZero();
  }

  @Test
  void theRegistryCountsWhatCameAndWhatIsStored() {
    figures.setRegistry(registry);
    figures.parsed(10, 2, 1);
    figures.parsed(5, 0, 0);
    figures.committed(12);
    figures.merged();

    assertThat(count("caravan.stream.messages")).isEqualTo(15);
    assertThat(count("caravan.stream.messages.ignored")).isEqualTo(2);
    assertThat(count("caravan.stream.letters")).isEqualTo(1);
    assertThat(count("caravan.stream.rows")).isEqualTo(12);
    assertThat(registry.get("caravan.stream.merges").counter().count()).isEqualTo(1);
  }

  @Test
  void theLagIsATimeAndNeverNegative() {
    figures.setRegistry(registry);
    figures.lag(1_500_000);
    figures.lag(-3);

    assertThat(registry.get("caravan.stream.lag").timer().count()).isEqualTo(2);
    assertThat(registry.get("caravan.stream.lag").timer().totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(1500);
  }

  @Test
  void twoStreamsAreToldApartByATagOfTheSameMeters() {
    StreamFigures news = new StreamFigures("news");
    figures.setRegistry(registry);
    news.setRegistry(registry);
    figures.committed(3);
    news.committed(2);
    news.committed(2);

    assertThat(
            registry.get("caravan.stream.rows").tag("stream", "market").functionCounter().count())
        .isEqualTo(3);
    assertThat(registry.get("caravan.stream.rows").tag("stream", "news").functionCounter().count())
        .isEqualTo(4);
    assertThat(meters("news")).as("each has all of them").isNotEmpty().isEqualTo(meters("market"));
  }

  @Test
  void withoutARegistryNothingIsAskedOfIt() {
    figures.merged();
    figures.lag(1);
    figures.committed(3);

    assertThat(figures.getRows()).isEqualTo(3);
  }

  @Test
  void aReconnectIsAConnectionAfterTheFirst() {
    assertThat(figures.getReconnects()).isZero();
    figures.opened();
    assertThat(figures.getReconnects()).isZero();
    figures.opened();
    figures.opened();
    assertThat(figures.getReconnects()).isEqualTo(2);
  }

  @Test
  void theAgeOfTheLastMessageIsNegativeBeforeTheFirst() {
    assertThat(figures.getSecondsSinceLastMessage()).isEqualTo(-1);
    figures.received();
    assertThat(figures.getSecondsSinceLastMessage()).isNotNegative();
  }

  @Test
  void aPauseCountsWhileItLastsAndStandsAfterwards() {
    assertThat(figures.getSecondsPaused()).isZero();
    figures.pausing(true);
    assertThat(figures.isPaused()).isTrue();
    assertThat(figures.getSecondsPaused()).isPositive();
    figures.pausing(false);
    double paused = figures.getSecondsPaused();
    figures.pausing(false);
    assertThat(figures.getSecondsPaused()).isEqualTo(paused).isPositive();
  }

  @Test
  void aStreamThatIsStoppedIsOffAndQueuesNothing() {
    figures.started(() -> 5);
    figures.opened();
    figures.pausing(true);
    figures.stopped();

    assertThat(figures.isWanted()).isFalse();
    assertThat(figures.isConnected()).isFalse();
    assertThat(figures.isPaused()).isFalse();
    assertThat(figures.getBytesQueued()).isZero();
    assertThat(figures.getState()).isEqualTo("off");
  }

  @Test
  void aNewStartForgetsThatTheServerRefusedForGood() {
    figures.started(() -> 0);
    figures.gaveUp("402 auth failed");
    assertThat(figures.isEnded()).isTrue();
    figures.started(() -> 0);
    assertThat(figures.isEnded()).isFalse();
  }

  private List<String> meters(String stream) {
    return registry.getMeters().stream()
        .map(Meter::getId)
        .filter(id -> stream.equals(id.getTag("stream")))
        .map(Meter.Id::getName)
        .sorted()
        .toList();
  }

  private double gauge(String name) {
    return registry.get(name).gauge().value();
  }

  private double count(String name) {
    return registry.get(name).functionCounter().count();
  }
}
