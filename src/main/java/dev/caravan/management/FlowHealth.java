package dev.caravan.management;

import dev.caravan.database.OperationalSnapshot;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.health.HealthCheckResultBuilder;

/** Check {@code flow:NAME}: down when the last run that came to an end failed. */
final class FlowHealth extends Check {
  private final String flow;
  private final OperationalSnapshot standing;

  FlowHealth(String flow, OperationalSnapshot standing) {
    super("flow:" + flow);
    this.flow = flow;
    this.standing = standing;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    Optional<OperationalSnapshot.Reading> reading = standing.latest();
    if (reading.isEmpty()) {
      builder.message(UNKNOWN).unknown();
      return;
    }
    OperationalSnapshot.Run last = reading.get().runs().get(flow);
    String abandoned = abandoned(reading.get().abandonedGaps());
    if (last == null) {
      builder.message("has not run yet" + abandoned).up();
      return;
    }
    String error = last.error() == null ? "" : ": " + last.error();
    builder.message(text(last.status() + " at " + time(last.finishedAt()) + error) + abandoned);
    builder.state(
        last.status().equals("failed")
            ? org.apache.camel.health.HealthCheck.State.DOWN
            : org.apache.camel.health.HealthCheck.State.UP);
  }

  /** Data that is missing, and that no repair asks for any more. */
  private String abandoned(long gaps) {
    return gaps == 0 || !flow.equals("repair")
        ? ""
        : "; abandoned gaps: " + gaps + ", see 'caravan gaps list --status abandoned'";
  }
}
