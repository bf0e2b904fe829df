package dev.caravan.runtime;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.spi.CamelLogger;
import org.apache.camel.spi.LogListener;
import org.slf4j.MDC;

/**
 * Gives each line that a route logs the run that it belongs to, or the request to the API that it
 * was written for. Camel's own support for MDC would cost every step of every route.
 */
public final class LogIds implements LogListener, CamelContextAware {
  /** Number of the run, as in {@code flow_runs.run_id}. */
  static final String RUN = "run";

  /** What header {@code X-Request-Id} of the answer says. */
  static final String REQUEST = "request";

  private CamelContext context;

  /** Also makes it a listener: Camel looks for those in the registry before this one is there. */
  @Override
  public void setCamelContext(CamelContext camelContext) {
    if (context == null) {
      context = camelContext;
      // Which calls this method once more.
      context.getCamelContextExtension().addLogListener(this);
    }
  }

  @Override
  public CamelContext getCamelContext() {
    return context;
  }

  @Override
  public String onLog(Exchange exchange, CamelLogger logger, String message) {
    Object run = exchange.getVariable("run");
    if (run != null) {
      MDC.put(RUN, run.toString());
    }
    Endpoint from = exchange.getFromEndpoint();
    if (from != null && from.getEndpointUri().startsWith("platform-http:")) {
      MDC.put(REQUEST, exchange.getExchangeId());
    }
    return message;
  }

  @Override
  public void afterLog(Exchange exchange, CamelLogger logger, String message) {
    MDC.remove(RUN);
    MDC.remove(REQUEST);
  }
}
