package dev.caravan.alerts;

/** An address did not take a message. Neither this nor its cause shows a secret of the address. */
public final class AlertNotSentException extends Exception {
  private static final long serialVersionUID = 1L;

  AlertNotSentException(String reason) {
    super(reason);
  }
}
