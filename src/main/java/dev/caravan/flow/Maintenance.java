package dev.caravan.flow;

import dev.caravan.market.answer.RowJson;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What became of the symbols when a source's list was taken over, as a tally and as a line. */
public final class Maintenance {
  private static final int MOST_NAMED = 20;

  private Maintenance() {}

  /**
   * Every symbol that the list is read for is expected; stored are those that it has, empty those
   * that it does not have, refused those of which it says nothing that can be read.
   *
   * @param rows of {@code sql/symbols/maintain_symbols.sql}: {@code symbol, found, verdict, note}
   */
  public static Tally tally(List<Map<String, Object>> rows) {
    List<Map<String, Object>> due =
        rows.stream().filter(row -> !row.get("verdict").equals("left")).toList();
    List<Object> absent = symbols(due, "found", "absent");
    List<Object> unreadable = symbols(due, "found", "unreadable");
    String reason = null;
    if (!unreadable.isEmpty()) {
      reason = "the row of " + named(unreadable) + " cannot be read, see dead_letters";
    } else if (!absent.isEmpty()) {
      reason = "the list does not have " + named(absent);
    }
    return new Tally(
        due.size(),
        due.size() - absent.size() - unreadable.size(),
        absent.size(),
        unreadable.size(),
        reason,
        List.of(),
        false);
  }

  /**
   * A symbol that is followed from now on, and what it was called before: the same, or its old
   * name.
   */
  private record Begun(String symbol, String before) {}

  /**
   * The symbols that Caravan begins or brings back by itself, as JSON rows {@code symbol, before}:
   * they are owed since before it knew of them.
   */
  public static String begun(List<Map<String, Object>> rows, List<Map<String, Object>> renamed) {
    Stream<Begun> renames =
        renamed.stream()
            .map(row -> new Begun((String) row.get("new_symbol"), (String) row.get("old_symbol")));
    Stream<Begun> again =
        Stream.of("back", "known")
            .flatMap(verdict -> symbols(rows, "verdict", verdict).stream())
            .map(symbol -> new Begun((String) symbol, (String) symbol));
    return RowJson.json(Stream.concat(renames, again).toList());
  }

  /**
   * What a person wants to know of it, on one line; empty where nothing changed but names.
   *
   * @param renamed rows of {@code sql/symbols/rename_symbols.sql}: {@code old_symbol, new_symbol}
   */
  public static String changes(List<Map<String, Object>> rows, List<Map<String, Object>> renamed) {
    List<Object> names =
        renamed.stream()
            .<Object>map(row -> row.get("old_symbol") + " to " + row.get("new_symbol"))
            .toList();
    return Stream.of(
            part("renamed", names),
            part("inactive now", symbols(rows, "verdict", "ended")),
            part("active again", symbols(rows, "verdict", "back")),
            part("unknown to Alpaca, left to Yahoo", symbols(rows, "verdict", "unknown")),
            part("known to Alpaca now", symbols(rows, "verdict", "known")),
            part(
                "inactive or absent, to be seen so on another day",
                symbols(rows, "verdict", "missing")))
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private static List<Object> symbols(List<Map<String, Object>> rows, String column, String value) {
    return rows.stream()
        .filter(row -> row.get(column).equals(value))
        .map(row -> row.get("symbol"))
        .toList();
  }

  private static String part(String what, List<Object> symbols) {
    return symbols.isEmpty() ? "" : what + ": " + named(symbols);
  }

  private static String named(List<Object> symbols) {
    String first =
        symbols.stream().limit(MOST_NAMED).map(Object::toString).collect(Collectors.joining(", "));
    int more = symbols.size() - MOST_NAMED;
    return more > 0 ? first + " and " + more + " more" : first;
  }
}
