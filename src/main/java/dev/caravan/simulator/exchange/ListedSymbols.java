package dev.caravan.simulator.exchange;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Which symbols are listed on a date, after every change of the list. Symbols are Alpaca's. */
public final class ListedSymbols {
  private final List<String> always = Listing.assets();
  private final List<ListingChange> changes;

  public ListedSymbols(List<ListingChange> changes) {
    this.changes = List.copyOf(changes);
  }

  /** All that are listed, active or not, in alphabetical order. */
  public List<String> on(LocalDate date) {
    if (changes.isEmpty()) {
      return always;
    }
    TreeSet<String> symbols = new TreeSet<>(always);
    for (ListingChange change : changes) {
      boolean over = !date.isBefore(change.date());
      if (change.newSymbol() == null) {
        symbols.add(change.symbol());
      } else {
        symbols.add(over ? change.newSymbol() : change.symbol());
        symbols.remove(over ? change.symbol() : change.newSymbol());
      }
    }
    return List.copyOf(symbols);
  }

  public boolean isActive(String symbol, LocalDate date) {
    return Listing.isActive(symbol) && end(symbol).filter(end -> !date.isBefore(end)).isEmpty();
  }

  /** The first date on which a symbol is not traded any more. */
  Optional<LocalDate> end(String symbol) {
    return changes.stream()
        .filter(change -> change.symbol().equals(symbol))
        .map(ListingChange::date)
        .findFirst();
  }

  /** The renames up to a date, that one included. */
  public List<ListingChange> renames(LocalDate until) {
    return changes.stream()
        .filter(change -> change.newSymbol() != null && !change.date().isAfter(until))
        .toList();
  }

  /** The first symbol that the company had which has this one; most never had another. */
  public String company(String symbol) {
    String company = symbol;
    // A chain of renames is no longer than the list of them, even if it runs in a circle.
    for (int i = 0; i < changes.size(); i++) {
      String known = company;
      company =
          changes.stream()
              .filter(change -> known.equals(change.newSymbol()))
              .map(ListingChange::symbol)
              .findFirst()
              .orElse(known);
    }
    return company;
  }
}
