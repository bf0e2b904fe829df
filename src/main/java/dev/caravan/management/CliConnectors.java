package dev.caravan.management;

import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.api.management.ManagedCamelContext;
import org.apache.camel.cli.connector.DefaultCliConnectorFactory;
import org.apache.camel.cli.connector.LocalCliConnector;
import org.apache.camel.spi.CliConnector;
import org.apache.camel.spi.CliConnectorFactory;

/**
 * What {@code camel ps} and its like find a context by. Camel's own factory connects every context
 * while it is still being made, from a thread of its own: both change the registry, and now and
 * then a start fails with a ConcurrentModificationException. This one connects none by itself.
 */
public final class CliConnectors extends DefaultCliConnectorFactory {
  /** A start has better things to do. */
  private static final Duration FIRST = Duration.ofSeconds(30);

  public CliConnectors() {
    setEnabled(false);
  }

  @Override
  public CliConnector createConnector() {
    return isEnabled() ? new Connector(this, FIRST) : null;
  }

  /** Lets Camel's command line see a context that has started. */
  public static void connect(CamelContext context) throws Exception {
    CliConnectorFactory factory =
        context.getCamelContextExtension().getContextPlugin(CliConnectorFactory.class);
    factory.setEnabled(true);
    if (context.getManagementStrategy().getManagementAgent() != null) {
      context
          .getCamelContextExtension()
          .addContextPlugin(ManagedCamelContext.class, new ManagedByName(context));
    }
    context.addService(factory.createConnector(), true, true);
  }

  /**
   * Writes its status a twentieth of the time at most, and not at once. Camel's own writes it each
   * second, and one takes seconds with Caravan's routes. What the command line asks for is still
   * done within the second.
   */
  static final class Connector extends LocalCliConnector {
    private static final int SHARE = 20;

    private long next;

    Connector(CliConnectorFactory factory, Duration first) {
      super(factory);
      next = System.nanoTime() + first.toNanos();
    }

    @Override
    protected void statusTask() {
      long begun = System.nanoTime();
      if (begun - next >= 0) {
        super.statusTask();
        next = begun + SHARE * (System.nanoTime() - begun);
      }
    }
  }
}
