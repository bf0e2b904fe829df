package dev.caravan.database;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long changes have waited to be published. They are published oldest first, so that nothing is
 * while the oldest stays the same; a time in the database would be that of a transaction's begin.
 */
public final class ChangeFigures {
  private final LongSupplier nanoTime;
  private OperationalSnapshot standing;
  private Long oldest;
  private long sinceNanos;

  public ChangeFigures() {
    this(System::nanoTime);
  }

  /**
   * @param nanoTime what {@link System#nanoTime} is otherwise
   */
  public ChangeFigures(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  public void setStanding(OperationalSnapshot standing) {
    this.standing = standing;
  }

  /** Shows the figure in a registry. */
  public void setRegistry(MeterRegistry registry) {
    TimeGauge.builder(
            "caravan.changes.waiting", this, TimeUnit.SECONDS, ChangeFigures::waitingSeconds)
        .description("How long no change has been published though some wait, as far as was seen")
        .register(registry);
  }

  /** Zero where none waits; empty while the database does not answer. */
  public Optional<Duration> waiting() {
    return standing.latest().map(reading -> waiting(reading.kafka().oldestChange()));
  }

  private synchronized Duration waiting(Long seen) {
    long now = nanoTime.getAsLong();
    if (seen == null || !seen.equals(oldest)) {
      oldest = seen;
      sinceNanos = now;
    }
    return Duration.ofNanos(now - sinceNanos);
  }

  private double waitingSeconds() {
    return waiting().map(Duration::toSeconds).map(Long::doubleValue).orElse(Double.NaN);
  }
}
