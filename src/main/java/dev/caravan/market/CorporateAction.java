package dev.caravan.market;

import java.math.BigDecimal;
import java.time.LocalDate;

/**
 * A dividend, a split, a rename or another act of a company, in the shape of a row of table {@code
 * corporate_actions}.
 *
 * @param source the provider
 * @param symbol Caravan's spelling; of a rename the old name
 * @param action {@code dividend}, {@code split} or {@code capital_gain} of either provider; of
 *     Alpaca also {@code special_dividend}, {@code stock_dividend}, {@code spin_off}, {@code
 *     unit_split}, {@code merger}, {@code name_change} and {@code worthless_removal}
 * @param exDate first date, in the exchange's zone, on which the share trades without the right, or
 *     under the new name
 * @param amount of money a share, as served (Yahoo adjusts it for later splits); null for a split
 * @param ratio new shares for one old one, 4 for a split of 4:1; null where there are none
 * @param newSymbol of a rename the new name, else the other share that is concerned; mostly null
 */
public record CorporateAction(
    String source,
    String symbol,
    String action,
    LocalDate exDate,
    BigDecimal amount,
    BigDecimal ratio,
    String newSymbol) {

  /** An action that concerns no other share. */
  public CorporateAction(
      String source,
      String symbol,
      String action,
      LocalDate exDate,
      BigDecimal amount,
      BigDecimal ratio) {
    this(source, symbol, action, exDate, amount, ratio, null);
  }
}
