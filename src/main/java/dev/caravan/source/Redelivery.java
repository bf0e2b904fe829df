package dev.caravan.source;

import dev.caravan.market.answer.Causes;
import dev.caravan.market.answer.RateLimitedException;
import dev.caravan.market.answer.SourceDownException;
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
  /** How many tries met a breaker, so that nothing was sent. */
  private static final String UNSENT = "CaravanTriesUnsent";

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
    SourceDownException down = cause(exchange, SourceDownException.class);
    // What tries the source is answered within its time-out, and then the source is up or down.
    return down != null
        ? down.isTried()
        : tries(exchange) < attempts && allowedWaitMs(exchange) <= maxDelayMs;
  }

  /** Sets the wait before the next try. */
  @Override
  public void process(Exchange exchange) {
    if (cause(exchange, SourceDownException.class) != null) {
      exchange.setProperty(UNSENT, exchange.getProperty(UNSENT, 0, Integer.class) + 1);
    } else {
      exchange.setVariable("lastFailure", FailureReason.of(cause(exchange, Throwable.class)));
    }
    double jitter = ThreadLocalRandom.current().nextDouble(0.8, 1.2);
    int doublings = Math.max(0, Math.min(tries(exchange) - 1, 20));
    long backoffMs = (long) (Math.min(delayMs << doublings, maxDelayMs) * jitter);
    exchange
        .getMessage()
        .setHeader(Exchange.REDELIVERY_DELAY, Math.max(backoffMs, allowedWaitMs(exchange)));
  }

  /** How often the request was sent. */
  private static int tries(Exchange exchange) {
    return exchange.getMessage().getHeader(Exchange.REDELIVERY_COUNTER, 1, Integer.class)
        - exchange.getProperty(UNSENT, 0, Integer.class);
  }

  private static long allowedWaitMs(Exchange exchange) {
    RateLimitedException refusal = cause(exchange, RateLimitedException.class);
    SourceFailedException failure = cause(exchange, SourceFailedException.class);
    Instant retryAt =
        refusal != null ? refusal.nextTry() : failure != null ? failure.nextTry() : null;
    return retryAt == null ? 0 : Math.max(0, Duration.between(Instant.now(), retryAt).toMillis());
  }

  private static <T extends Throwable> T cause(Exchange exchange, Class<T> type) {
    return Causes.find(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class), type);
  }
}
