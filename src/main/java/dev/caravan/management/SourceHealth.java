package dev.caravan.management;

import dev.caravan.database.OperationalSnapshot;
import dev.caravan.source.SourceBreakers;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckResultBuilder;

/** Check {@code source:NAME}: down while a provider is not asked, because it refused or failed. */
final class SourceHealth extends Check {
  private final CamelContext context;
  private final String source;
  private final boolean keys;
  private final OperationalSnapshot standing;

  /**
   * @param keys whether the keys are there that the provider wants, if it wants any
   */
  SourceHealth(CamelContext context, String source, boolean keys, OperationalSnapshot standing) {
    super("source:" + source);
    this.context = context;
    this.source = source;
    this.keys = keys;
    this.standing = standing;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    if (!keys) {
      builder.message("off, no keys").up();
      return;
    }
    SourceBreakers.State breaker = SourceBreakers.state(context, source);
    if (breaker != SourceBreakers.State.CLOSED) {
      builder
          .message(
              breaker == SourceBreakers.State.TRYING
                  ? "most of the last requests failed; one is tried"
                  : "not asked: most of the last requests failed; it is tried again in 15 s")
          .down();
      return;
    }
    Optional<OperationalSnapshot.Reading> reading = standing.latest();
    if (reading.isEmpty()) {
      builder.message(UNKNOWN).unknown();
      return;
    }
    OperationalSnapshot.Account account = reading.get().accounts().get(source);
    if (account != null && account.pausedUntil() != null) {
      builder
          .message(
              "paused until "
                  + time(account.pausedUntil())
                  + ": it refused "
                  + account.refusals()
                  + (account.refusals() == 1 ? " request" : " requests in a row")
                  + " for rate")
          .down();
    } else {
      builder.message(account == null ? "not asked yet" : "is asked").up();
    }
  }
}
