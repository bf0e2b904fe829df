package dev.caravan.api;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.rest.VerbDefinition;

/**
 * Gives the routes that Camel makes of the API's operations the description of their operation, so
 * that JMX and Hawtio show it; Camel 4.17.0 has it in the OpenAPI document alone.
 */
public final class VerbDescriptions extends ModelLifecycleStrategySupport
    implements CamelContextAware {
  private ModelCamelContext context;

  @Override
  public CamelContext getCamelContext() {
    return context;
  }

  @Override
  public void setCamelContext(CamelContext camelContext) {
    context = (ModelCamelContext) camelContext;
    context.addModelLifecycleStrategy(this);
  }

  @Override
  public void onAddRouteDefinition(RouteDefinition route) {
    if (route.getDescription() != null) {
      return;
    }
    if (route.getRouteId() != null
        && route.getRouteId().equals(context.getRestConfiguration().getApiContextRouteId())) {
      route.setDescription("Sends the OpenAPI document of the API.");
      return;
    }
    context.getRestDefinitions().stream()
        .flatMap(rest -> rest.getVerbs().stream())
        .filter(verb -> isOf(route, verb))
        .findFirst()
        .map(OptionalIdentifiedDefinition::getDescriptionText)
        .ifPresent(route::setDescription);
  }

  /**
   * Camel either goes to the operation's target or puts it into the route, which then has its id.
   */
  private static boolean isOf(RouteDefinition route, VerbDefinition verb) {
    return route.getOutputs().contains(verb.getTo())
        || verb.getTo().getEndpointUri().equals("direct:" + route.getRouteId());
  }
}
