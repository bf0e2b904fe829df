package dev.caravan.market.answer;

/** So many requests to a source failed that it is left alone for a while. */
public final class SourceDownException extends MarketDataException {
  private static final long serialVersionUID = 1L;

  /**
   * @param failure what the request met before the source was left alone; null where it met nothing
   */
  public SourceDownException(String source, String failure) {
    super(
        source
            + " is down: most of the last requests failed, so that none is sent for a while"
            + " (its circuit breaker is open)"
            + (failure == null ? "" : "; this one before that: " + failure));
  }
}
