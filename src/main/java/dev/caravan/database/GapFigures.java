package dev.caravan.database;

import dev.caravan.database.OperationalSnapshot.Reading;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToLongFunction;

/** How much the ledger still owes, for metrics and JMX. */
public final class GapFigures {
  private static final long UNKNOWN = -1;

  private OperationalSnapshot standing;

  public void setStanding(OperationalSnapshot standing) {
    this.standing = standing;
  }

  /** Shows the figures in a registry. */
  public void setRegistry(MeterRegistry registry) {
    Gauge.builder("caravan.gaps.open", this, GapFigures::getOpen)
        .description("Unsettled gaps; -1 while the database does not answer")
        .register(registry);
    Gauge.builder("caravan.gaps.abandoned", this, GapFigures::getAbandoned)
        .description("Abandoned gaps; table gaps has the reason of each")
        .register(registry);
  }

  /** Gaps that are open; -1 while the database does not say. */
  public long getOpen() {
    return figure(Reading::openGaps);
  }

  /** Abandoned gaps; -1 while the database does not answer. */
  public long getAbandoned() {
    return figure(Reading::abandonedGaps);
  }

  private long figure(ToLongFunction<Reading> of) {
    return standing.latest().map(of::applyAsLong).orElse(UNKNOWN);
  }
}
