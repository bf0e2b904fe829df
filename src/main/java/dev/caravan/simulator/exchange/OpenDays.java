package dev.caravan.simulator.exchange;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** Prices without the days on which the exchange was closed against all rules. */
record OpenDays(DailyPrices prices, TradingDays days) implements DailyPrices {
  @Override
  public List<LocalDate> dates(LocalDate from, LocalDate to) {
    List<LocalDate> dates = prices.dates(from, to);
    return days.closures().isEmpty()
        ? dates
        : dates.stream().filter(date -> !days.closures().contains(date)).toList();
  }

  @Override
  public Optional<PriceBar> bar(LocalDate date) {
    return days.closures().contains(date) ? Optional.empty() : prices.bar(date);
  }

  @Override
  public boolean recorded() {
    return prices.recorded();
  }
}
