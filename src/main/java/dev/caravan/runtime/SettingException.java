package dev.caravan.runtime;

/**
 * A setting that cannot be used; the message is one line that names the key, the value and what is
 * allowed.
 */
public final class SettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SettingException(String message) {
    super(message);
  }
}
