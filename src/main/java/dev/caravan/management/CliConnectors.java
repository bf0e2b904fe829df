package dev.caravan.management;

import org.apache.camel.CamelContext;
import org.apache.camel.cli.connector.DefaultCliConnectorFactory;
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

  /** Lets Camel's command line see a context that has started. */
  public static void connect(CamelContext context) throws Exception {
    CliConnectorFactory factory =
        context.getCamelContextExtension().getContextPlugin(CliConnectorFactory.class);
    factory.setEnabled(true);
    context.addService(factory.createConnector(), true, true);
  }
}
