package dev.caravan.market.answer;

/** An answer, or a row of it, lacks what it must have. Not worth a retry at once. */
public final class MissingDataException extends MarketDataException {
  private final String field;
  private final String symbol;

  public MissingDataException(String field, String symbol) {
    super("Missing required data: " + field + " of " + symbol);
    this.field = field;
    this.symbol = symbol;
  }

  /**
   * @param detail what was found instead; stands in parentheses behind the message
   */
  public MissingDataException(String field, String symbol, String detail) {
    super("Missing required data: " + field + " of " + symbol + " (" + detail + ")");
    this.field = field;
    this.symbol = symbol;
  }

  public String field() {
    return field;
  }

  public String symbol() {
    return symbol;
  }
}
