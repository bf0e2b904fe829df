package dev.caravan.simulator.exchange;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** The finished daily bars of one instrument, as traded and before any injected split. */
interface DailyPrices {
  /** The dates between two dates, both inclusive, that have a bar, oldest first. */
  List<LocalDate> dates(LocalDate from, LocalDate to);

  /** The bar of one date, from its first to its last trade. */
  Optional<PriceBar> bar(LocalDate date);

  /** Whether these are prices of a file, to which nothing is added. */
  boolean recorded();
}
