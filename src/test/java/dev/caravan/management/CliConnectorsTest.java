package dev.caravan.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.console.DevConsole;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.console.AbstractDevConsole;
import org.apache.camel.util.json.JsonObject;
import org.junit.jupiter.api.Test;

class CliConnectorsTest {
  private final AtomicInteger written = new AtomicInteger();

  /** Asked once for each status. */
  private final DevConsole console =
      new AbstractDevConsole("camel", "context", "Context", "counts how often it is asked") {
        @Override
        protected String doCallText(Map<String, Object> options) {
          return "";
        }

        @Override
        protected JsonObject doCallJson(Map<String, Object> options) {
          written.incrementAndGet();
          return new JsonObject();
        }
      };

  @Test
  void theStatusIsWrittenAgainOnlyAfterManyTimesWhatItTook() throws Exception {
    try (DefaultCamelContext context = counted()) {
      CliConnectors.Connector connector = connector(context, Duration.ZERO);
      for (int i = 0; i < 1000; i++) {
        connector.statusTask();
      }
      assertThat(written.get()).isBetween(1, 50);
      int before = written.get();
      await()
          .untilAsserted(
              () -> {
                connector.statusTask();
                assertThat(written.get()).isGreaterThan(before);
              });
    }
  }

  @Test
  void noStatusIsWrittenAtOnce() throws Exception {
    try (DefaultCamelContext context = counted()) {
      connector(context, Duration.ofDays(1)).statusTask();
      assertThat(written.get()).isZero();
    }
  }

  private DefaultCamelContext counted() {
    DefaultCamelContext context = new DefaultCamelContext();
    context.getRegistry().bind("context-dev-console", console);
    context.setDevConsole(true);
    context.start();
    return context;
  }

  private static CliConnectors.Connector connector(CamelContext context, Duration first) {
    CliConnectors.Connector connector = new CliConnectors.Connector(new CliConnectors(), first);
    connector.setCamelContext(context);
    return connector;
  }

  @Test
  void aContextIsConnectedOnlyWhereThatIsAsked() {
    assertThat(new CliConnectors().createConnector()).isNull();
  }
}
