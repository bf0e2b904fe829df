package dev.caravan.market;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * One trade, in the shape of a row of table {@code trades}.
 *
 * @param symbol Caravan's spelling
 * @param ts when it was made; stored cut to microseconds
 * @param nanos nanoseconds below the microsecond of {@code ts}, 0 to 999
 * @param exchange code of the exchange, for example {@code V} for IEX
 * @param tradeId unique within symbol, exchange and day
 * @param price in US dollars, as served; not negative
 * @param size shares; not negative
 * @param conditions codes of the tape, as served; null when the source did not say
 * @param tape {@code A}, {@code B} or {@code C}; null when the source did not say
 * @param feed Alpaca's feed ({@code iex}, {@code sip}, …)
 * @param status {@code valid}; {@code corrected}: what a correction made of it; {@code incorrect}
 *     or {@code canceled}: it does not count any more
 */
public record Trade(
    String symbol,
    Instant ts,
    int nanos,
    String exchange,
    long tradeId,
    BigDecimal price,
    BigDecimal size,
    List<String> conditions,
    String tape,
    String feed,
    String status) {}
