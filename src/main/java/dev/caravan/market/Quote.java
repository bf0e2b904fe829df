package dev.caravan.market;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * The best bid and ask at one moment, in the shape of a row of table {@code quotes}.
 *
 * @param symbol Caravan's spelling
 * @param ts when it was made; stored cut to microseconds
 * @param nanos nanoseconds below the microsecond of {@code ts}, 0 to 999
 * @param bidExchange code of the exchange of the bid
 * @param bidPrice in US dollars, as served; 0 where there is no bid
 * @param bidSize as served: shares since 2025-11-03, round lots before
 * @param askExchange code of the exchange of the ask
 * @param askPrice in US dollars, as served; 0 where there is no ask
 * @param askSize as {@code bidSize}
 * @param conditions codes of the tape, as served; null when the source did not say
 * @param tape {@code A}, {@code B} or {@code C}; null when the source did not say
 * @param feed Alpaca's feed ({@code iex}, {@code sip}, …)
 */
public record Quote(
    String symbol,
    Instant ts,
    int nanos,
    String bidExchange,
    BigDecimal bidPrice,
    BigDecimal bidSize,
    String askExchange,
    BigDecimal askPrice,
    BigDecimal askSize,
    List<String> conditions,
    String tape,
    String feed) {}
