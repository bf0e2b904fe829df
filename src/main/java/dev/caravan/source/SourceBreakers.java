package dev.caravan.source;

import dev.caravan.market.answer.SourceDownException;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.component.resilience4j.ResilienceProcessor;

/** The circuit breakers of the sources: {@code breaker} in route {@code SOURCE-request}. */
public final class SourceBreakers implements CamelContextAware {
  private CamelContext context;

  /** How a breaker stands to the next request. */
  public enum State {
    CLOSED,
    /** One request is tried; the others are refused until it is answered. */
    TRYING,
    OPEN
  }

  @Override
  public void setCamelContext(CamelContext context) {
    this.context = context;
  }

  @Override
  public CamelContext getCamelContext() {
    return context;
  }

  /**
   * @param failure what the request met before its source was left alone; null where it met nothing
   * @throws SourceDownException always
   */
  public void refused(String source, String failure) {
    throw new SourceDownException(source, failure, state(context, source) != State.OPEN);
  }

  public static State state(CamelContext context, String source) {
    ResilienceProcessor breaker =
        context.getProcessor(source + "-request-breaker", ResilienceProcessor.class);
    if (breaker == null || !breaker.getCircuitBreakerState().endsWith("OPEN")) {
      return State.CLOSED;
    }
    return breaker.getCircuitBreakerState().startsWith("HALF") ? State.TRYING : State.OPEN;
  }
}
