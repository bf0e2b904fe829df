package dev.caravan.api;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.RouteDefinition;

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
        .filter(verb -> route.getOutputs().contains(verb.getTo()))
        .findFirst()
        .map(OptionalIdentifiedDefinition::getDescriptionText)
        .ifPresent(route::setDescription);
  }
}
