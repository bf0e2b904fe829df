package dev.caravan.source;

import org.apache.camel.Exchange;

/**
 * Failures that an exchange has behind it. Camel takes whatever fails after one that an {@code
 * onException} has met for the same failure, and tries it no second time: a route that is to try
 * again begins by leaving them behind.
 */
public final class PastFailures {
  private PastFailures() {}

  /** What fails from here on is a failure of its own. */
  public static void forget(Exchange exchange) {
    exchange.getExchangeExtension().setFailureHandled(false);
    // By these it would count on where the tries of the failure before have ended.
    exchange.getMessage().removeHeaders("CamelRedelivery*");
  }
}
