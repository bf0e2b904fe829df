package dev.caravan.database;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** How far the partitions of Kafka's topic are behind what was received. */
public final class PartitionFigures {
  private OperationalSnapshot standing;
  private String topic;
  private int partitions;

  public void setStanding(OperationalSnapshot standing) {
    this.standing = standing;
  }

  public void setTopic(String topic) {
    this.topic = topic;
  }

  public void setPartitions(int partitions) {
    this.partitions = partitions;
  }

  /** Shows the figures in a registry. */
  public void setRegistry(MeterRegistry registry) {
    for (int each = 0; each < partitions; each++) {
      int partition = each;
      TimeGauge.builder("caravan.kafka.lag", this, TimeUnit.SECONDS, self -> self.behind(partition))
          .description(
              "How far a partition is stored behind what was received; NaN before the first record")
          .tag("partition", Integer.toString(partition))
          .register(registry);
    }
  }

  /** Those of which it is known; empty while the database does not answer. */
  public List<OperationalSnapshot.Partition> known() {
    return standing.latest().stream()
        .flatMap(reading -> reading.kafka().partitions().stream())
        .filter(each -> each.topic().equals(topic) && each.secondsBehind() != null)
        .toList();
  }

  /** Up to when the stream was received; empty where that is not known. */
  public Optional<Instant> receivedTo() {
    return standing.latest().map(reading -> reading.kafka().receivedTo());
  }

  public String getTopic() {
    return topic;
  }

  private double behind(int partition) {
    return known().stream()
        .filter(each -> each.partition() == partition)
        .mapToDouble(OperationalSnapshot.Partition::secondsBehind)
        .findAny()
        .orElse(Double.NaN);
  }
}
