package dev.caravan.runtime;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RouteDefinition;

/**
 * Puts the id of its route before the ids of the steps that come of a template. Camel puts the
 * route's number there, which is another whenever a route is added before it.
 */
public final class NodeIds extends ModelLifecycleStrategySupport implements CamelContextAware {
  private CamelContext context;

  @Override
  public void setCamelContext(CamelContext camelContext) {
    if (context == null) {
      context = camelContext;
      context
          .getCamelContextExtension()
          .getContextPlugin(Model.class)
          .addModelLifecycleStrategy(this);
    }
  }

  @Override
  public CamelContext getCamelContext() {
    return context;
  }

  /** But for Kamelets, of which one may be used many times without giving its steps names. */
  @Override
  public void onAddRouteDefinition(RouteDefinition route) {
    if (route.isCreatedFromTemplate()
        && !Boolean.TRUE.equals(route.isKamelet())
        && route.getRouteId() != null) {
      route.setNodePrefixId(route.getRouteId() + "-");
    }
  }
}
