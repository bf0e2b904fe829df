package dev.caravan.market.answer;

/** So many requests to a source failed that it is left alone for a while. */
public final class SourceDownException extends MarketDataException {
  private static final long serialVersionUID = 1L;

  private final boolean tried;

  /**
   * @param failure what the request met before the source was left alone; null where it met nothing
   * @param tried whether another request is trying whether the source is back
   */
  public SourceDownException(String source, String failure, boolean tried) {
    super(
        source
            + " is down: most of the last requests failed, so that none is sent "
            + (tried
                ? "until one has tried it (its circuit breaker is half open)"
                : "for a while (its circuit breaker is open)")
            + (failure == null ? "" : "; this one before that: " + failure));
    this.tried = tried;
  }

  /**
   * Whether another request is trying whether the source is back, for which it is worth waiting.
   */
  public boolean isTried() {
    return tried;
  }
}
