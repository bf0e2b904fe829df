package dev.caravan.management;

import org.apache.camel.CamelContext;
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
  public CliConnectors() {
    setEnabled(false);
  }

  @Override
  public CliConnector createConnector() {
    return isEnabled() ? new Connector(this) : null;
  }

  /** Lets Camel's command line see a context that has started. */
  public static void connect(CamelContext context) throws Exception {
    CliConnectorFactory factory =
        context.getCamelContextExtension().getContextPlugin(CliConnectorFactory.class);
    factory.setEnabled(true);
    context.addService(factory.createConnector(), true, true);
  }

  /**
   * Writes its status a twentieth of the time at most. Camel's own writes it each second, which
   * takes a third of a core with Caravan's routes. What the command line asks for is still done
   * within the second.
   */
  static final class Connector extends LocalCliConnector {
    private static final int SHARE = 20;

    private long next = System.nanoTime();

    Connector(CliConnectorFactory factory) {
      super(factory);
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
