package dev.caravan.alerts;

import dev.caravan.database.Database;
import dev.caravan.source.RequestBudget;
import dev.caravan.source.RequestPriority;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;

/**
 * What of this process's health a person is told of: checks that are down, whoever registered them,
 * and live requests that wait for their turn.
 */
public final class AlertSignals implements CamelContextAware {
  private static final String SOURCE = "source:";
  private static final Set<String> STREAMS = Set.of("stream", "news-stream");

  private CamelContext context;

  @Override
  public void setCamelContext(CamelContext camelContext) {
    context = camelContext;
  }

  @Override
  public CamelContext getCamelContext() {
    return context;
  }

  /** All that is wrong here now. */
  public List<AlertSignal> now() {
    List<AlertSignal> signals = new ArrayList<>();
    HealthCheckRegistry health = HealthCheckRegistry.get(context);
    if (health != null) {
      health.stream()
          .sorted(Comparator.comparing(HealthCheck::getId))
          .forEach(check -> add(check, signals));
    }
    Set<String> down = new HashSet<>();
    signals.forEach(signal -> down.add(signal.subject()));
    for (RequestBudget budget : context.getRegistry().findByType(RequestBudget.class)) {
      int waiting = budget.waiting(RequestPriority.LIVE);
      // Of an account that is paused for refusals it is known already why.
      if (waiting > 0 && !down.contains(budget.getAccount())) {
        signals.add(
            new AlertSignal(
                "budget-used-up",
                budget.getAccount(),
                "Live requests are waiting; the limit is "
                    + budget.getRequestsPerMinute()
                    + " a minute."));
      }
    }
    return signals;
  }

  private static void add(HealthCheck check, List<AlertSignal> signals) {
    String id = check.getId();
    String what = null;
    String subject = Database.hostName();
    if (id.startsWith(SOURCE)) {
      what = "source-down";
      subject = id.substring(SOURCE.length());
    } else if (STREAMS.contains(id)) {
      what = "stream-down";
      subject = id.replace('-', ' ');
    } else if (id.equals("kafka")) {
      what = "writers-behind";
      // Whoever of the nodes says it.
      subject = id;
    } else if (id.equals("changes")) {
      what = "changes-waiting";
      subject = id;
    } else if (id.equals("clock")) {
      what = "clock-off";
    } else if (id.equals("disk")) {
      what = "disk-low";
    }
    if (what != null) {
      HealthCheck.Result result = check.call();
      if (result.getState() == HealthCheck.State.DOWN) {
        signals.add(
            new AlertSignal(what, subject, result.getMessage().map(AlertSignals::said).orElse("")));
      }
    }
  }

  private static String said(String message) {
    String sentence = message.strip();
    return sentence.isEmpty() || sentence.endsWith(".")
        ? sentence
        : Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1) + ".";
  }
}
