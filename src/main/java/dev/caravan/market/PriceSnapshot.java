package dev.caravan.market;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * The price of a symbol at one moment, in the shape of a row of table {@code price_snapshots}.
 *
 * @param source the provider
 * @param symbol Caravan's spelling
 * @param ts time of the price by the provider, else the time at which the answer was read
 * @param price in {@code currency}; negative prices exist
 * @param volume of the session so far; null when the source did not say
 * @param currency as the provider spells it ({@code GBp} is a hundredth of {@code GBP}); null when
 *     it did not say
 */
public record PriceSnapshot(
    String source,
    String symbol,
    Instant ts,
    BigDecimal price,
    BigDecimal volume,
    String currency) {}
