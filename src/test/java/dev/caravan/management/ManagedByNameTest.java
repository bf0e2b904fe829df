package dev.caravan.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.MBeanServer;
import org.apache.camel.Processor;
import org.apache.camel.api.management.ManagedCamelContext;
import org.apache.camel.api.management.mbean.ManagedSendProcessorMBean;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.console.DevConsole;
import org.apache.camel.console.DevConsoleRegistry;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.CliConnectorFactory;
import org.apache.camel.spi.ManagementAgent;
import org.apache.camel.util.json.JsonObject;
import org.junit.jupiter.api.Test;

class ManagedByNameTest {
  private final AtomicInteger walks = new AtomicInteger();
  private final AtomicInteger queries = new AtomicInteger();

  @Test
  void aProcessorIsFoundByItsNameWithoutAWalkOverAllOfThem() throws Exception {
    try (DefaultCamelContext context = started()) {
      ManagedCamelContext managed = new ManagedByName(context);
      assertThat(managed.getManagedProcessor("first").getRouteId()).isEqualTo("one");
      assertThat(
              managed
                  .getManagedProcessor("second", ManagedSendProcessorMBean.class)
                  .getDestination())
          .isEqualTo("mock://end");
      assertThat(managed.getManagedProcessor("third")).isNull();
      assertThat(walks).hasValue(0);
    }
  }

  @Test
  void whatIsAddedLaterIsFoundAndWhatIsRemovedIsNot() throws Exception {
    try (DefaultCamelContext context = started()) {
      ManagedCamelContext managed = new ManagedByName(context);
      assertThat(managed.getManagedProcessor("first")).isNotNull();
      context.addRoutes(route("two", "third", "fourth"));
      assertThat(managed.getManagedProcessor("third").getRouteId()).isEqualTo("two");
      context.getRouteController().stopRoute("one");
      context.removeRoute("one");
      assertThat(managed.getManagedProcessor("first")).isNull();
    }
  }

  @Test
  void aRouteKnowsItsProcessorsAndIsOtherwiseAsCamelHasIt() throws Exception {
    try (DefaultCamelContext context = started()) {
      context.addRoutes(route("two", "third", "fourth"));
      ManagedCamelContext managed = new ManagedByName(context);
      assertThat(managed.getManagedRoute("one").processorIds())
          .containsExactlyInAnyOrder("first", "second");
      assertThat(managed.getManagedRoute("two").processorIds())
          .containsExactlyInAnyOrder("third", "fourth");
      assertThat(managed.getManagedRoute("two").getEndpointUri()).isEqualTo("direct://two");
      assertThat(managed.getManagedRoute("three")).isNull();
      assertThatThrownBy(() -> managed.getManagedRoute("one").updateRouteFromXml("<route/>"))
          .hasMessage("Updating route is not enabled");
    }
  }

  @Test
  void theStatusOfAllRoutesAsksForAllProcessorsOnce() throws Exception {
    try (DefaultCamelContext context = started()) {
      context.addRoutes(route("two", "third", "fourth"));
      CliConnectors.connect(context);
      ManagementAgent agent = context.getManagementStrategy().getManagementAgent();
      agent.setMBeanServer(counting(agent.getMBeanServer()));
      DevConsole console =
          context
              .getCamelContextExtension()
              .getContextPlugin(DevConsoleRegistry.class)
              .resolveById("route");
      JsonObject status =
          (JsonObject) console.call(DevConsole.MediaType.JSON, Map.of("processors", "true"));
      assertThat(status.toJson()).contains("\"first\"", "\"second\"", "\"third\"", "\"fourth\"");
      assertThat(walks).hasValue(0);
      assertThat(queries).hasValue(1);
    }
  }

  private MBeanServer counting(MBeanServer server) {
    return (MBeanServer)
        Proxy.newProxyInstance(
            MBeanServer.class.getClassLoader(),
            new Class<?>[] {MBeanServer.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("queryNames")) {
                queries.incrementAndGet();
              }
              return method.invoke(server, arguments);
            });
  }

  private DefaultCamelContext started() throws Exception {
    DefaultCamelContext context =
        new DefaultCamelContext() {
          @Override
          public Processor getProcessor(String id) {
            walks.incrementAndGet();
            return super.getProcessor(id);
          }
        };
    context.setDevConsole(true);
    CliConnectors connectors = new CliConnectors();
    context.getCamelContextExtension().addContextPlugin(CliConnectorFactory.class, connectors);
    context.addRoutes(route("one", "first", "second"));
    context.start();
    return context;
  }

  private static RouteBuilder route(String id, String first, String second) {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("direct:" + id).routeId(id).log("passed").id(first).to("mock:end").id(second);
      }
    };
  }
}
