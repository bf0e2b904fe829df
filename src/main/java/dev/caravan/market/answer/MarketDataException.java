package dev.caravan.market.answer;

/** What is wrong with a provider's answer; its message is what a user reads. */
public abstract class MarketDataException extends RuntimeException {

  protected MarketDataException(String message) {
    super(message);
  }

  /** The detail on one line, behind a colon; nothing when there is none. */
  static String after(String detail) {
    String line = Text.oneLine(detail, 200);
    return line.isEmpty() ? "" : ": " + line;
  }
}
