package dev.caravan.cluster;

/** A cluster that cannot be; the message says why, and what to do. */
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ClusterException(String message) {
    super(message);
  }
}
