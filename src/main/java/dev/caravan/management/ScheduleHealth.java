package dev.caravan.management;

import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.RouteHealthCheck;
import org.apache.camel.impl.health.RoutesHealthCheckRepository;

/**
 * Camel's checks of routes, under the name by which Camel looks for them. A schedule that somebody
 * stopped is to be seen, and no reason to call Caravan unready; one that is paused is well.
 */
public final class ScheduleHealth extends RoutesHealthCheckRepository {
  @Override
  public Stream<HealthCheck> stream() {
    return getCamelContext() == null || !isEnabled()
        ? Stream.empty()
        : getCamelContext().getRoutes().stream()
            .filter(route -> route.getId() != null)
            .map(RouteCheck::new);
  }

  private static final class RouteCheck extends RouteHealthCheck {
    private final Route route;

    RouteCheck(Route route) {
      super(route);
      this.route = route;
      setCamelContext(route.getCamelContext());
    }

    @Override
    public boolean isReadiness() {
      return false;
    }

    @Override
    public boolean isLiveness() {
      return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
      super.doCall(builder, options);
      if (getCamelContext().getRouteController().getRouteStatus(route.getId())
          == ServiceStatus.Suspended) {
        builder.message("paused").up();
      }
    }
  }
}
