package dev.caravan.simulator.exchange;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * Prices of a symbol that ends.
 *
 * @param end the first date without one
 */
record EndedPrices(DailyPrices prices, LocalDate end) implements DailyPrices {
  @Override
  public List<LocalDate> dates(LocalDate from, LocalDate to) {
    return prices.dates(from, to).stream().filter(date -> date.isBefore(end)).toList();
  }

  @Override
  public Optional<PriceBar> bar(LocalDate date) {
    return date.isBefore(end) ? prices.bar(date) : Optional.empty();
  }

  @Override
  public boolean recorded() {
    return prices.recorded();
  }
}
