package dev.caravan.simulator.exchange;

import java.time.LocalDate;

/**
 * Yahoo tells the prices of a symbol in another currency: all of its history, from a date on.
 *
 * @param symbol in Alpaca's or Yahoo's spelling
 * @param from first date on which it does
 * @param currency as Yahoo writes it, such as GBP
 * @param divisor of its prices from then on: 100 from pence to pounds
 */
public record CurrencyChange(String symbol, LocalDate from, String currency, double divisor) {
  /** Refuses what is no change. */
  public CurrencyChange {
    if (symbol == null
        || symbol.isBlank()
        || from == null
        || currency == null
        || currency.isBlank()
        || !(divisor > 0)) {
      throw new IllegalArgumentException(
          "A change of currency needs a symbol, a date such as 2026-11-20, a currency, and a divisor"
              + " above zero");
    }
  }
}
