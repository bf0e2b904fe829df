package dev.caravan.simulator;

/** Whose service is simulated. */
public enum Provider {
  YAHOO,
  ALPACA,
  NEWSAPI
}
