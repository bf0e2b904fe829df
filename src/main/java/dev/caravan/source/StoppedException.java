package dev.caravan.source;

/**
 * Caravan is being stopped, or a person stops a backfill: nothing more is sent. What was not done
 * is done by the next run.
 */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoppedException() {
    this("Caravan is being stopped");
  }

  /**
   * @param message who stops what
   */
  public StoppedException(String message) {
    super(message);
  }
}
