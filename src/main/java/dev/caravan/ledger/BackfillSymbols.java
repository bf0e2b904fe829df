package dev.caravan.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The symbols of a backfill, in Caravan's spelling.
 *
 * @param good those that are known and served
 * @param unknown those that table {@code symbols} does not have
 * @param unserved those that the source does not serve
 */
public record BackfillSymbols(List<String> good, List<String> unknown, List<String> unserved) {
  public BackfillSymbols {
    good = List.copyOf(good);
    unknown = List.copyOf(unknown);
    unserved = List.copyOf(unserved);
  }

  /** Reads what route {@code backfill-symbols} says. */
  public static BackfillSymbols of(List<?> rows) {
    List<String> good = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    List<String> unserved = new ArrayList<>();
    for (Object each : rows) {
      Map<?, ?> row = (Map<?, ?>) each;
      String symbol = (String) row.get("symbol");
      if (Boolean.FALSE.equals(row.get("known"))) {
        unknown.add(symbol);
      } else if (Boolean.FALSE.equals(row.get("served"))) {
        unserved.add(symbol);
      } else {
        good.add(symbol);
      }
    }
    return new BackfillSymbols(good, unknown, unserved);
  }

  /** Why a source cannot be asked for them, or empty where it can. */
  public Optional<String> fault(String source) {
    if (!unknown.isEmpty()) {
      return Optional.of(
          "Not in table symbols: "
              + String.join(", ", unknown)
              + ". Add them first with 'symbols add'.");
    }
    if (!unserved.isEmpty()) {
      return Optional.of(source + " does not serve " + String.join(", ", unserved) + ".");
    }
    return good.isEmpty()
        ? Optional.of("No active symbol is served by " + source + "; add one with 'symbols add'.")
        : Optional.empty();
  }
}
