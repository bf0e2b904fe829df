package dev.caravan.management;

import dev.caravan.database.OperationalSnapshot;
import dev.caravan.market.ProviderClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.health.HealthCheckResultBuilder;

/** Check {@code clock}: down while this machine's clock, the database's and Alpaca's differ. */
public final class ClockHealth extends Check {
  private final ProviderClock provider;
  private final OperationalSnapshot standing;

  public ClockHealth(ProviderClock provider, OperationalSnapshot standing) {
    super("clock");
    this.provider = provider;
    this.standing = standing;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    List<String> faults = faults(provider, standing);
    if (faults.isEmpty()) {
      builder
          .message("this machine, the database and Alpaca agree, as far as they were asked")
          .up();
    } else {
      builder.message(text(String.join(". ", faults))).down();
    }
  }

  /** What is wrong between the three clocks, each in a sentence; empty where nothing is. */
  public static List<String> faults(ProviderClock provider, OperationalSnapshot standing) {
    Optional<String> database =
        standing
            .latest()
            .map(OperationalSnapshot.Reading::databaseAhead)
            .filter(off -> off.abs().compareTo(ProviderClock.TOLERATED) > 0)
            .map(ClockHealth::sentence);
    return Stream.concat(provider.fault().stream(), database.stream()).toList();
  }

  private static String sentence(Duration off) {
    return "The database's clock is "
        + off.abs().toSeconds()
        + " s "
        + (off.isNegative() ? "behind" : "ahead of")
        + " this machine's: set both by NTP";
  }
}
