package dev.caravan.management;

import dev.caravan.database.EmbeddedServer;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;

/**
 * Check {@code postgresql}: DOWN while the embedded server is gone for so long that it is no longer
 * likely to come back by itself. Liveness depends on this check alone.
 */
final class ServerHealth extends Check {
  /** Until then the server is being brought back, which {@code database} shows. */
  static final Duration PATIENCE = Duration.ofMinutes(5);

  private final EmbeddedServer server;
  private final Duration patience;

  ServerHealth(EmbeddedServer server, Duration patience) {
    super("postgresql");
    this.server = server;
    this.patience = patience;
  }

  @Override
  public boolean isLiveness() {
    return true;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    Duration downtime = server.downtime();
    if (downtime.isZero()) {
      builder.message("runs; brought back " + server.restarts() + " times since the start").up();
      return;
    }
    builder.message(
        text(
            "gone for "
                + downtime.toSeconds()
                + " s"
                + server.fault().map(fault -> ": " + fault).orElse("; it is started again")));
    if (downtime.compareTo(patience) < 0) {
      builder.up();
    } else {
      builder.down();
    }
  }
}
