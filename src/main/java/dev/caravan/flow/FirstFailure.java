package dev.caravan.flow;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;

/**
 * Steps side by side or one after the other leave the exchange as it was; the first that fails,
 * fails it. Camel's own {@code UseOriginalAggregationStrategy} knows the original of a split alone:
 * of a multicast it dies of the first failure, and hides it.
 */
public final class FirstFailure implements AggregationStrategy {
  /** Null leaves the original as it was. */
  @Override
  public Exchange aggregate(Exchange failed, Exchange step) {
    if (failed != null || step.getException() == null) {
      return failed;
    }
    // What the step had made of its own exchange would keep its caller from catching this.
    Exchange failure = new DefaultExchange(step.getContext());
    failure.setException(step.getException());
    return failure;
  }
}
