package dev.caravan.ledger;

import dev.caravan.flow.Tally;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What became of gaps, read from the rows that the statements below {@code sql/gaps/} return: each
 * has {@code gap_id, dataset, symbol, status, last_error}.
 */
public final class Settlement {
  private Settlement() {}

  /** Gaps that were worked on; stored are those that are closed. */
  public static Tally tally(List<Map<String, Object>> closed, List<Map<String, Object>> open) {
    int expected = closed.size() + open.size();
    return new Tally(expected, closed.size(), 0, open.size(), reason(open), List.of(), false);
  }

  /**
   * Gaps that were asked for: closed, waiting for the source's word, and open. What waits is
   * served, and is counted when the word is there; only of a symbol that is not active nobody gives
   * it.
   *
   * @param waiting rows that say in {@code wanted} whether their symbol is active
   */
  public static Tally tally(
      List<Map<String, Object>> closed,
      List<Map<String, Object>> waiting,
      List<Map<String, Object>> open) {
    Stream<Map<String, Object>> unwanted =
        waiting.stream().filter(row -> !Boolean.TRUE.equals(row.get("wanted")));
    return tally(closed, Stream.concat(open.stream(), unwanted).toList());
  }

  /** Which gaps were of a time at which their symbol was not listed: one line for the log. */
  public static String withdrawnLine(List<Map<String, Object>> rows) {
    return "Not owed, since Alpaca did not list the symbol then and a full answer has nothing: "
        + rows.stream()
            .map(row -> row.get("gaps") + " gaps of " + row.get("symbol"))
            .collect(Collectors.joining(", "));
  }

  /** Gaps that wait for their time: nothing is wrong, and nothing was stored. */
  public static Tally waiting(List<Map<String, Object>> open) {
    return new Tally(open.size(), 0, open.size(), 0, reason(open), List.of(), false);
  }

  /** Whether one of the gaps is given up. */
  public static boolean anyAbandoned(List<Map<String, Object>> rows) {
    return abandoned(rows).findAny().isPresent();
  }

  /** Which gaps are given up, why, and how they are taken up again: one line for the log. */
  public static String abandonedLine(List<Map<String, Object>> rows) {
    List<Map<String, Object>> all = abandoned(rows).toList();
    String gaps =
        all.stream().map(row -> row.get("gap_id").toString()).collect(Collectors.joining(" "));
    String what =
        all.stream()
            .map(row -> row.get("dataset") + " of " + row.get("symbol"))
            .distinct()
            .collect(Collectors.joining(", "));
    return "Abandoned: "
        + what
        + " (gap_id "
        + gaps
        + "): "
        + reason(all)
        + ". This data is missing. Remove the cause, then: caravan gaps reopen "
        + gaps;
  }

  private static Stream<Map<String, Object>> abandoned(List<Map<String, Object>> rows) {
    return rows.stream().filter(row -> "abandoned".equals(row.get("status")));
  }

  private static String reason(List<Map<String, Object>> rows) {
    return rows.isEmpty() ? null : (String) rows.get(0).get("last_error");
  }
}
