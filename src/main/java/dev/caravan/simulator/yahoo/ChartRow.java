package dev.caravan.simulator.yahoo;

import dev.caravan.simulator.exchange.PriceBar;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/**
 * One row of a chart.
 *
 * @param opened when its session or interval began
 * @param time what stands in {@code timestamp}: the same, or the time of the last trade for the
 *     live row
 * @param bar empty for a row of nulls
 */
record ChartRow(LocalDate date, Instant opened, Instant time, Optional<PriceBar> bar) {}
