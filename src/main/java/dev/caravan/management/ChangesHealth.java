package dev.caravan.management;

import dev.caravan.database.ChangeFigures;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.health.HealthCheckResultBuilder;

/** Check {@code changes}: down while what is to be published to Kafka waits for too long. */
public final class ChangesHealth extends Check {
  /** A broker that is started again takes less. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private ChangeFigures figures;
  private String topic;

  public ChangesHealth() {
    super("changes");
  }

  public void setFigures(ChangeFigures figures) {
    this.figures = figures;
  }

  public void setTopic(String topic) {
    this.topic = topic;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    Optional<Duration> waiting = figures.waiting();
    if (waiting.isEmpty()) {
      builder.message(UNKNOWN).up();
    } else if (waiting.get().compareTo(PATIENCE) <= 0) {
      builder.message("changes are published to topic " + topic).up();
    } else {
      builder
          .message(
              "no change was published to topic "
                  + topic
                  + " for "
                  + waiting.get().toSeconds()
                  + " s, and they wait in table changes: look whether the brokers answer, and for a"
                  + " transaction that has been open for so long")
          .down();
    }
  }
}
