package dev.caravan.market;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.time.LocalDate;

/**
 * A dividend, a split, a rename or another act of a company, in the shape of a row of table {@code
 * corporate_action_entries}.
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
 * @param id the provider's; null where it gives none
 * @param processDate when it is processed, as the provider says; null where it does not
 */
public record CorporateAction(
    String source,
    String symbol,
    String action,
    LocalDate exDate,
    BigDecimal amount,
    BigDecimal ratio,
    String newSymbol,
    @JsonInclude(JsonInclude.Include.NON_NULL) String id,
    @JsonInclude(JsonInclude.Include.NON_NULL) LocalDate processDate) {

  /** An action of which the provider tells neither an id nor when it is processed. */
  public CorporateAction(
      String source,
      String symbol,
      String action,
      LocalDate exDate,
      BigDecimal amount,
      BigDecimal ratio,
      String newSymbol) {
    this(source, symbol, action, exDate, amount, ratio, newSymbol, null, null);
  }

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

  /** The same under an id. */
  CorporateAction withId(String newId) {
    return new CorporateAction(
        source, symbol, action, exDate, amount, ratio, newSymbol, newId, processDate);
  }
}
