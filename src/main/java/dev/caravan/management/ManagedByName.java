package dev.caravan.management;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.api.management.mbean.ManagedProcessorMBean;
import org.apache.camel.api.management.mbean.ManagedRouteMBean;
import org.apache.camel.management.ManagedCamelContextImpl;
import org.apache.camel.spi.ManagementAgent;

/**
 * Finds the MBean of a processor, and the processors of a route, in a map. Camel's own asks all
 * processors for each route and walks over all of them for each processor, so that one status of
 * Caravan's routes took most of a minute.
 */
final class ManagedByName extends ManagedCamelContextImpl {
  private final CamelContext context;
  private Processors processors;

  ManagedByName(CamelContext context) {
    super(context);
    this.context = context;
  }

  /** Null where there is none of that id. */
  @Override
  public <T extends ManagedProcessorMBean> T getManagedProcessor(String id, Class<T> type) {
    ObjectName name = processors().names.get(id);
    return name == null ? null : agent().newProxyClient(name, type);
  }

  @Override
  public <T extends ManagedRouteMBean> T getManagedRoute(String id, Class<T> type) {
    T route = super.getManagedRoute(id, type);
    if (route == null) {
      return null;
    }
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getName().equals("processorIds")) {
                return processors().ids.getOrDefault(id, List.of());
              }
              try {
                return method.invoke(route, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private ManagementAgent agent() {
    return context.getManagementStrategy().getManagementAgent();
  }

  private synchronized Processors processors() {
    List<Route> routes = List.copyOf(context.getRoutes());
    if (processors == null || !processors.routes.equals(routes)) {
      processors = read(routes);
    }
    return processors;
  }

  private Processors read(List<Route> routes) {
    Map<String, ObjectName> names = new HashMap<>();
    Map<String, List<String>> ids = new HashMap<>();
    MBeanServer server = agent().getMBeanServer();
    try {
      ObjectName all =
          new ObjectName(
              agent().getMBeanObjectDomainName()
                  + ":context="
                  + context.getManagementName()
                  + ",type=processors,*");
      for (ObjectName name : server.queryNames(all, null)) {
        String id = (String) server.getAttribute(name, "ProcessorId");
        names.put(id, name);
        ids.computeIfAbsent(
                (String) server.getAttribute(name, "RouteId"), route -> new ArrayList<>())
            .add(id);
      }
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
    return new Processors(routes, names, ids);
  }

  /** Those of these routes: the name of each by its id, and the ids by the route. */
  private record Processors(
      List<Route> routes, Map<String, ObjectName> names, Map<String, List<String>> ids) {}
}
