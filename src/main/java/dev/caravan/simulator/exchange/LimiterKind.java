package dev.caravan.simulator.exchange;

/** How requests a minute are counted. */
public enum LimiterKind {
  /**
   * As Alpaca was measured: a bucket that holds a minute's requests and is refilled evenly, so that
   * up to twice the number can pass within the first minute.
   */
  TOKEN_BUCKET,
  /** Exact: never more than the number in any 60 seconds, counted when a request arrives. */
  SLIDING_WINDOW
}
