package dev.caravan.source;

/** Caravan is being stopped: nothing more is sent. What was not done is done by the next run. */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoppedException() {
    super("Caravan is being stopped");
  }
}
