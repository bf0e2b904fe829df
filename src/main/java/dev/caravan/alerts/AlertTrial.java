package dev.caravan.alerts;

import dev.caravan.database.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;

/** Tries addresses without anything else of Caravan's: no database and no route. */
public final class AlertTrial {
  /**
   * What came of one address.
   *
   * @param fault why it failed, or null
   */
  public record Outcome(AlertAddress address, String fault) {}

  private AlertTrial() {}

  /** Sends one test alert to each address, one after the other. */
  public static List<Outcome> send(List<AlertAddress> addresses) {
    return send(
        addresses,
        new AlertMessage(
            "test", "", AlertMessage.Kind.TEST, "", Instant.now(), null, Database.hostName()));
  }

  /** Sends one message to each address, one after the other. */
  static List<Outcome> send(List<AlertAddress> addresses, AlertMessage message) {
    return each(addresses, target -> target.send(message));
  }

  /** Whether Camel takes each address as it is; nothing is sent. */
  public static List<Outcome> check(List<AlertAddress> addresses) {
    return addresses.isEmpty() ? List.of() : each(addresses, AlertTarget::open);
  }

  private interface Trial {
    void of(AlertTarget target) throws AlertNotSentException;
  }

  private static List<Outcome> each(List<AlertAddress> addresses, Trial trial) {
    List<Outcome> outcomes = new ArrayList<>();
    try (CamelContext context = new DefaultCamelContext()) {
      context.start();
      for (AlertAddress address : addresses) {
        try (AlertTarget target = new AlertTarget(context, address)) {
          trial.of(target);
          outcomes.add(new Outcome(address, null));
        } catch (AlertNotSentException e) {
          outcomes.add(new Outcome(address, e.getMessage()));
        }
      }
    } catch (Exception e) {
      throw new IllegalStateException("Camel does not start", e);
    }
    return outcomes;
  }
}
