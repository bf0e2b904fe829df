package dev.caravan.market;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * One bar, in the shape of a row of table {@code bars}.
 *
 * @param source {@code yahoo} or {@code alpaca}
 * @param feed Alpaca's feed ({@code iex}, {@code sip}, …); {@code -} for Yahoo, so that two tapes
 *     never mix
 * @param symbol Caravan's spelling, for example {@code BRK.B}
 * @param timeframe {@code 1Min}, {@code 5Min}, {@code 15Min}, {@code 1Hour} or {@code 1Day}
 * @param ts start of the bar; of a daily bar midnight of the session's date in the exchange's zone
 * @param open first price, in the currency (or, as Yahoo does for London, the hundredth) served
 * @param high highest price
 * @param low lowest price
 * @param close last price
 * @param volume shares or contracts; null when the source did not say
 * @param tradeCount number of trades; null for Yahoo, which does not say
 * @param vwap price weighted by volume; null for Yahoo
 * @param complete the contract's column {@code final}: the bar's period was over when the answer
 *     was read, and a daily bar's period ends with its date in the exchange's zone
 * @param adjustedAsOf when a split-adjusted price was asked for; null where prices are raw
 */
public record Bar(
    String source,
    String feed,
    String symbol,
    String timeframe,
    Instant ts,
    BigDecimal open,
    BigDecimal high,
    BigDecimal low,
    BigDecimal close,
    BigDecimal volume,
    Long tradeCount,
    BigDecimal vwap,
    @JsonProperty("final") boolean complete,
    Instant adjustedAsOf) {}
