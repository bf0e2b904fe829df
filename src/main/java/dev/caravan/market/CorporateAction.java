package dev.caravan.market;

import java.math.BigDecimal;
import java.time.LocalDate;

/**
 * A dividend, a split or a distribution of capital gains, in the shape of a row of table {@code
 * corporate_actions}.
 *
 * @param source the provider
 * @param symbol Caravan's spelling
 * @param action {@code dividend}, {@code split} or {@code capital_gain}
 * @param exDate first date, in the exchange's zone, on which the share trades without the right
 * @param amount of money a share, as served (Yahoo adjusts it for later splits); null for a split
 * @param ratio new shares for one old one, 4 for a split of 4:1; null unless a split
 */
public record CorporateAction(
    String source,
    String symbol,
    String action,
    LocalDate exDate,
    BigDecimal amount,
    BigDecimal ratio) {}
