package dev.caravan.database;

import dev.caravan.database.OperationalSnapshot.Reading;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Whether every row lies in the partition of its month, for metrics. */
public final class MonthFigures {
  private static final long UNKNOWN = -1;

  private OperationalSnapshot standing;

  public void setStanding(OperationalSnapshot standing) {
    this.standing = standing;
  }

  /** Shows the figure in a registry. */
  public void setRegistry(MeterRegistry registry) {
    Gauge.builder("caravan.rows.without.month", this, MonthFigures::strays)
        .description("Rows in a default partition; -1 while the database does not answer")
        .register(registry);
  }

  private long strays() {
    return standing.latest().map(Reading::rowsWithoutMonth).orElse(UNKNOWN);
  }
}
