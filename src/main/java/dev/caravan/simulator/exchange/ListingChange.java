package dev.caravan.simulator.exchange;

import java.time.LocalDate;

/**
 * The end of a symbol: its last session is the one before {@code date}. A company that was delisted
 * is inactive at Alpaca from then on; one that was renamed has another symbol, with the same id,
 * name and prices, those of the past included.
 *
 * @param symbol in Alpaca's spelling
 * @param newSymbol in Alpaca's spelling; null where the company was delisted
 */
public record ListingChange(String symbol, String newSymbol, LocalDate date) {
  /** Refuses what ends no symbol. */
  public ListingChange {
    if (symbol == null
        || !Listing.existsAtAlpaca(symbol)
        || symbol.equals(newSymbol)
        || (newSymbol != null && !Listing.existsAtAlpaca(newSymbol))
        || date == null) {
      throw new IllegalArgumentException(
          "A change of the list needs a symbol in Alpaca's spelling, another one if it is renamed,"
              + " and a date such as 2026-11-20");
    }
  }
}
