package dev.caravan.flow;

import dev.caravan.market.SessionDate;
import dev.caravan.market.answer.Causes;
import dev.caravan.market.answer.InvalidSymbolException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a dataset owes, cut down to some symbols. An item of it names one symbol in column {@code
 * symbol}, or several in {@code symbols}, separated by commas.
 */
public final class DueItems {
  private static final String ONE = "symbol";
  private static final String MANY = "symbols";
  private static final String REFUSED = "refused";

  /** What a dataset is called that is asked for as a whole. */
  private static final String ALL = "*";

  private static final String YAHOOS = "yahoo_symbol";

  private DueItems() {}

  /**
   * The items of these symbols; an item of several symbols keeps those of them that are asked for.
   * A column beside {@code symbols} that lists as many values, such as their other spellings, is
   * cut down alike.
   *
   * @param only symbols in Caravan's spelling, separated by commas
   */
  public static List<Map<String, Object>> only(List<Map<String, Object>> due, String only) {
    Set<String> wanted = Set.copyOf(SymbolList.list(only));
    List<Map<String, Object>> kept = new ArrayList<>();
    for (Map<String, Object> item : due) {
      if (item.get(MANY) instanceof String many) {
        List<String> symbols = SymbolList.list(many);
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < symbols.size(); i++) {
          if (wanted.contains(symbols.get(i))) {
            places.add(i);
          }
        }
        if (!places.isEmpty()) {
          kept.add(cut(item, symbols.size(), places));
        }
      } else if (wanted.contains(item.get(ONE))) {
        kept.add(item);
      }
    }
    return kept;
  }

  /**
   * The items that can have bars on a date; an item of several symbols, which only Alpaca is asked
   * for, has US securities alone.
   *
   * @param date that a person asks for
   */
  public static List<Map<String, Object>> on(
      LocalDate date, List<Map<String, Object>> due, String timeframe, Instant now) {
    return due.stream()
        .filter(
            item ->
                item.get(MANY) instanceof String many
                    ? SessionDate.has(many, null, date, timeframe, now)
                    : SessionDate.has(
                        (String) item.get(ONE), (String) item.get(YAHOOS), date, timeframe, now))
        .toList();
  }

  /** Why nothing is asked for on a date; null where something is, or where nobody is followed. */
  public static String idle(
      LocalDate date, List<Map<String, Object>> due, String timeframe, Instant now) {
    return due.isEmpty() || !on(date, due, timeframe, now).isEmpty()
        ? null
        : SessionDate.reason(date, timeframe);
  }

  /** All symbols of the items, separated by commas. */
  public static String symbols(List<Map<String, Object>> due) {
    return due.stream().map(DueItems::named).collect(Collectors.joining(","));
  }

  /** The items that are no longer among those left: they were served many at once. */
  public static Tally served(List<Map<String, Object>> due, List<Map<String, Object>> left) {
    return Tally.served(due.size() - left.size());
  }

  /** The symbols of one item, separated by commas; all of them where it is of no symbol. */
  public static String named(Map<?, ?> item) {
    Object named = item.get(item.get(MANY) instanceof String ? MANY : ONE);
    return named == null ? ALL : named.toString();
  }

  /**
   * An item with some of its symbols.
   *
   * @param symbols separated by commas; may be empty
   */
  public static Map<String, Object> cut(Map<String, Object> item, String symbols) {
    List<Map<String, Object>> kept = only(List.of(item), symbols);
    if (!kept.isEmpty()) {
      return kept.get(0);
    }
    Map<String, Object> none = new LinkedHashMap<>(item);
    none.put(MANY, "");
    return none;
  }

  /** An item with the symbols that a failure speaks of: the one that it names, else all of them. */
  public static Map<String, Object> refused(Map<String, Object> item, Throwable failure) {
    String invalid = invalid(item, failure);
    return invalid == null ? item : cut(item, invalid);
  }

  /**
   * What is left of an item after a failure: where that names one of several symbols the others,
   * with column {@code refused}, which says that the item is not whole any more; else null.
   */
  public static Map<String, Object> left(Map<String, Object> item, Throwable failure) {
    String invalid = invalid(item, failure);
    List<String> left = new ArrayList<>(SymbolList.list(named(item)));
    left.remove(invalid);
    if (invalid == null || left.isEmpty()) {
      return null;
    }
    Map<String, Object> rest = new LinkedHashMap<>(cut(item, String.join(",", left)));
    rest.put(REFUSED, true);
    return rest;
  }

  /** The symbol of the item, in its spelling, that a failure names as malformed; null for none. */
  private static String invalid(Map<String, Object> item, Throwable failure) {
    InvalidSymbolException invalid = Causes.find(failure, InvalidSymbolException.class);
    return invalid == null
        ? null
        : SymbolList.list(named(item)).stream()
            .filter(symbol -> symbol.equalsIgnoreCase(invalid.symbol()))
            .findFirst()
            .orElse(null);
  }

  private static Map<String, Object> cut(
      Map<String, Object> item, int values, List<Integer> places) {
    Map<String, Object> cut = new LinkedHashMap<>(item);
    cut.replaceAll(
        (column, value) -> {
          if (!(value instanceof String text) || !column.endsWith("symbols")) {
            return value;
          }
          List<String> list = SymbolList.list(text);
          return list.size() == values
              ? places.stream().map(list::get).collect(Collectors.joining(","))
              : value;
        });
    return cut;
  }
}
