package dev.caravan.management;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.database.PartitionFigures;
import dev.caravan.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How far what came by Kafka is stored, as health and metrics say it. */
class KafkaHealthIT {
  private final TestDatabase database = TestDatabase.fresh();
  private final KafkaHealth health = new KafkaHealth();
  private PartitionFigures figures;

  @BeforeEach
  void name() {
    // Of another topic, which was in use before.
    database.execute(
        "insert into store_watermarks (topic, partition, next_offset, stored_to)"
            + " values ('old', 0, 5, '2026-11-01Z')");
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void partitionsThatAreStoredAreUpAndTheSlowestIsNamed() {
    received("2026-11-20 15:00:00Z");
    stored(0, "2026-11-20 15:00:03Z");
    stored(1, "2026-11-20 14:59:48Z");
    says(HealthCheck.State.UP, "partition 1 of topic stream is 12 s behind what was received");
  }

  @Test
  void onePartitionThatIsMoreThanAMinuteBehindIsDown() {
    received("2026-11-20 15:00:00Z");
    stored(0, "2026-11-20 14:59:59Z");
    stored(1, "2026-11-20 14:58:59Z");
    says(
        HealthCheck.State.DOWN,
        "partition 1 of topic stream is 61 s behind what was received, and 1 of 2 by more than a"
            + " minute: start a writer, or look why it is slow");
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    figures.setRegistry(registry);
    assertThat(registry.get("caravan.kafka.lag").tag("partition", "0").timeGauge().value())
        .isEqualTo(1.0);
    assertThat(registry.get("caravan.kafka.lag").tag("partition", "1").timeGauge().value())
        .isEqualTo(61.0);
    assertThat(registry.get("caravan.kafka.lag").tag("partition", "2").timeGauge().value()).isNaN();
  }

  @Test
  void whereNoWriterEverWasItIsDownOnceMoreThanAMinuteWasReceived() {
    says(HealthCheck.State.UP, "no record is stored yet");
    received("2026-11-20 15:00:00Z");
    says(HealthCheck.State.UP, "no record is stored yet");
    received("2026-11-20 15:01:01Z");
    says(HealthCheck.State.DOWN, "nothing of topic stream is stored: start a writer");
  }

  private void says(HealthCheck.State state, String message) {
    figures = new PartitionFigures();
    figures.setStanding(Standing.of(database));
    figures.setTopic("stream");
    figures.setPartitions(3);
    health.setFigures(figures);
    HealthCheck.Result result = health.call();
    assertThat(result.getMessage()).contains(message);
    assertThat(result.getState()).isEqualTo(state);
  }

  private void received(String to) {
    database.execute(
        "insert into stream_watermarks (source, feed, stored_to) select 'alpaca', feed, '"
            + to
            + "' from feeds where role = 'stream' on conflict on constraint stream_watermarks_one_row_a_feed"
            + " do update set stored_to = excluded.stored_to");
  }

  private void stored(int partition, String to) {
    database.execute(
        "insert into store_watermarks (topic, partition, next_offset, stored_to) values ('stream', "
            + partition
            + ", 9, '"
            + to
            + "')");
  }
}
