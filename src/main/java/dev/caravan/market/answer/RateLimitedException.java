package dev.caravan.market.answer;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The source, or our own budget for it, takes no request before a known time. */
public final class RateLimitedException extends MarketDataException {
  private final String source;
  private final Instant nextTry;

  public RateLimitedException(String source, Instant nextTry) {
    super(
        "Rate limit exceeded: "
            + source
            + ", next try at "
            + nextTry.truncatedTo(ChronoUnit.SECONDS));
    this.source = source;
    this.nextTry = nextTry;
  }

  public String source() {
    return source;
  }

  /** The earliest time of the next request; not cut to seconds, unlike in the message. */
  public Instant nextTry() {
    return nextTry;
  }
}
