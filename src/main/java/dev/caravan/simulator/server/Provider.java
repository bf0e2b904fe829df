package dev.caravan.simulator.server;

/** Whose service is simulated. */
public enum Provider {
  YAHOO,
  ALPACA,
  NEWSAPI
}
