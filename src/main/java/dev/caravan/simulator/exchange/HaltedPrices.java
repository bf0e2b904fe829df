package dev.caravan.simulator.exchange;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Prices with the halts that were injected.
 *
 * @param halts those so far
 */
record HaltedPrices(DailyPrices prices, Supplier<List<Halt>> halts) implements DailyPrices {
  @Override
  public List<LocalDate> dates(LocalDate from, LocalDate to) {
    List<LocalDate> dates = prices.dates(from, to);
    return halts.get().isEmpty() ? dates : dates.stream().filter(date -> !isHalted(date)).toList();
  }

  @Override
  public Optional<PriceBar> bar(LocalDate date) {
    if (isHalted(date)) {
      return Optional.empty();
    }
    double factor =
        halts.get().stream()
            .filter(halt -> !date.isBefore(halt.to()))
            .mapToDouble(Halt::factor)
            .reduce(1, (left, right) -> left * right);
    return factor == 1 ? prices.bar(date) : prices.bar(date).map(bar -> bar.times(factor));
  }

  @Override
  public boolean recorded() {
    return prices.recorded();
  }

  private boolean isHalted(LocalDate date) {
    return halts.get().stream()
        .anyMatch(halt -> !date.isBefore(halt.from()) && date.isBefore(halt.to()));
  }
}
