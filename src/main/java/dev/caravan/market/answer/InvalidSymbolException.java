package dev.caravan.market.answer;

/**
 * The provider does not know this symbol, or refuses its spelling. It says nothing about why: a
 * delisted symbol and one that never existed look alike. Not worth a retry.
 */
public final class InvalidSymbolException extends MarketDataException {
  private final String symbol;

  public InvalidSymbolException(String symbol) {
    super("Invalid symbol: " + symbol);
    this.symbol = symbol;
  }

  public String symbol() {
    return symbol;
  }
}
