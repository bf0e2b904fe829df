package dev.caravan.management;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.api.management.mbean.ManagedProcessorMBean;
import org.apache.camel.management.ManagedCamelContextImpl;
import org.apache.camel.spi.ManagementAgent;

/**
 * Finds the MBean of a processor in a map. Camel's own walks over all processors for each one, so
 * that a status of all of them takes seconds with Caravan's routes.
 */
final class ManagedByName extends ManagedCamelContextImpl {
  private final CamelContext context;
  private final Map<String, ObjectName> names = new ConcurrentHashMap<>();

  ManagedByName(CamelContext context) {
    super(context);
    this.context = context;
  }

  /** Null where there is none of that id. */
  @Override
  public <T extends ManagedProcessorMBean> T getManagedProcessor(String id, Class<T> type) {
    ManagementAgent agent = context.getManagementStrategy().getManagementAgent();
    if (!names.containsKey(id)) {
      learn(agent);
    }
    ObjectName name = names.get(id);
    return name == null || !agent.isRegistered(name) ? null : agent.newProxyClient(name, type);
  }

  private void learn(ManagementAgent agent) {
    try {
      ObjectName all =
          new ObjectName(
              agent.getMBeanObjectDomainName()
                  + ":context="
                  + context.getManagementName()
                  + ",type=processors,*");
      for (ObjectName name : agent.getMBeanServer().queryNames(all, null)) {
        names.put(ObjectName.unquote(name.getKeyProperty("name")), name);
      }
    } catch (MalformedObjectNameException e) {
      throw new IllegalStateException(e);
    }
  }
}
