package dev.caravan.stream;

/** A row of a connection whose process no longer has the stream: it is the next holder's to owe. */
final class FencedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FencedException(String feed) {
    super(
        "fenced: another process has stream " + feed + " by now, and reads again what is missing");
  }
}
