package dev.caravan.market.answer;

import java.time.Instant;

/** The source failed (5xx): the same request may succeed when it is tried again. */
public final class SourceFailedException extends MarketDataException {
  private final String source;
  private final int status;
  private final Instant nextTry;

  /**
   * @param detail the answer, of which the first 200 characters are quoted on one line; may be null
   */
  public SourceFailedException(String source, int status, String detail) {
    this(source, status, detail, null);
  }

  /**
   * @param nextTry when the source allows the next request, or null where it does not say
   */
  public SourceFailedException(String source, int status, String detail, Instant nextTry) {
    super(source + " failed with status " + status + after(detail));
    this.source = source;
    this.status = status;
    this.nextTry = nextTry;
  }

  public String source() {
    return source;
  }

  public int status() {
    return status;
  }

  /** The earliest time of the next request by the source's own word; null without one. */
  public Instant nextTry() {
    return nextTry;
  }
}
