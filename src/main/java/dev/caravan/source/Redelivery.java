package dev.caravan.source;

import dev.caravan.market.answer.Causes;
import dev.caravan.market.answer.RateLimitedException;
import dev.caravan.market.answer.SourceFailedException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * How often and after how long a request is tried again: exponential with a jitter of a fifth,
 * never sooner than the provider allows, and not at all where it asks for more patience than we
 * have.
 */
public final class Redelivery implements Processor {
  private int attempts;
  private long delayMs;
  private long maxDelayMs;

  public void setAttempts(int attempts) {
    this.attempts = attempts;
  }

  public void setDelayMs(long delayMs) {
    this.delayMs = delayMs;
  }

  public void setMaxDelayMs(long maxDelayMs) {
    this.maxDelayMs = maxDelayMs;
  }

  /** Whether the request that has just failed is worth another try. */
  public boolean again(Exchange exchange) {
    return tries(exchange) < attempts && allowedWaitMs(exchange) <= maxDelayMs;
  }

  /** Sets the wait before the next try. */
  @Override
  public void process(Exchange exchange) {
    exchange.setVariable(
        "lastFailure",
        FailureReason.of(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class)));
    double jitter = ThreadLocalRandom.current().nextDouble(0.8, 1.2);
    long backoffMs =
        (long) (Math.min(delayMs << Math.min(tries(exchange) - 1, 20), maxDelayMs) * jitter);
    exchange
        .getMessage()
        .setHeader(Exchange.REDELIVERY_DELAY, Math.max(backoffMs, allowedWaitMs(exchange)));
  }

  private static int tries(Exchange exchange) {
    return exchange.getMessage().getHeader(Exchange.REDELIVERY_COUNTER, 1, Integer.class);
  }

  private static long allowedWaitMs(Exchange exchange) {
    Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    RateLimitedException refusal = Causes.find(cause, RateLimitedException.class);
    SourceFailedException failure = Causes.find(cause, SourceFailedException.class);
    Instant retryAt =
        refusal != null ? refusal.nextTry() : failure != null ? failure.nextTry() : null;
    return retryAt == null ? 0 : Math.max(0, Duration.between(Instant.now(), retryAt).toMillis());
  }
}
