package dev.caravan.management;

import dev.caravan.database.OperationalSnapshot.Partition;
import dev.caravan.database.PartitionFigures;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;

/** Check {@code kafka}: down while what was received has waited in the topic for too long. */
public final class KafkaHealth extends Check {
  /** A broker or a writer that is started again takes less. */
  private static final int PATIENCE_SECONDS = 60;

  private PartitionFigures figures;

  /** Up to when the stream was received when it was first seen that nothing is stored. */
  private Instant receivedFirst;

  public KafkaHealth() {
    super("kafka");
  }

  public void setFigures(PartitionFigures figures) {
    this.figures = figures;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    List<Partition> slowestFirst =
        figures.known().stream()
            .sorted(Comparator.comparing(Partition::secondsBehind).reversed())
            .toList();
    if (slowestFirst.isEmpty()) {
      nothingStored(builder);
      return;
    }
    Partition slowest = slowestFirst.get(0);
    String behind =
        "partition "
            + slowest.partition()
            + " of topic "
            + slowest.topic()
            + " is "
            + Math.round(slowest.secondsBehind())
            + " s behind what was received";
    long late =
        slowestFirst.stream().filter(each -> each.secondsBehind() > PATIENCE_SECONDS).count();
    if (late == 0) {
      builder.message(behind).up();
    } else {
      builder
          .message(
              behind
                  + ", and "
                  + late
                  + " of "
                  + slowestFirst.size()
                  + " by more than a minute: start a writer, or look why it is slow")
          .down();
    }
  }

  /** Without a writer no partition is heard of. */
  private synchronized void nothingStored(HealthCheckResultBuilder builder) {
    Instant received = figures.receivedTo().orElse(null);
    if (receivedFirst == null) {
      receivedFirst = received;
    }
    if (received != null
        && Duration.between(receivedFirst, received).toSeconds() > PATIENCE_SECONDS) {
      builder
          .message("nothing of topic " + figures.getTopic() + " is stored: start a writer")
          .down();
    } else {
      builder.message("no record is stored yet").up();
    }
  }
}
