package dev.caravan.archive;

/** A file cannot be written or read; the message says in one line why, and what to do. */
public final class FileFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public FileFault(String message, Throwable cause) {
    super(message, cause);
  }

  public FileFault(String message) {
    super(message);
  }
}
