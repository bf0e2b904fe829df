package dev.caravan.ledger;

import dev.caravan.flow.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a backfill has brought, counted in the tables after its last range: bars of regular
 * sessions, or for trades sessions of one symbol. It holds that expected is stored, without trade
 * and missing.
 *
 * @param expected what the calendar says there is room for
 * @param stored what is in the table
 * @param noTrade what an answer that was read to its end does not hold
 * @param missing what no answer accounts for
 * @param reasons why something is missing, one line each
 * @param unknown symbols of exchanges whose calendar is not known here; they are not counted above
 * @param unknownRows bars of those symbols in the table
 * @param tally the same as the run's row counts it: in symbols
 */
public record BackfillOutcome(
    long expected,
    long stored,
    long noTrade,
    long missing,
    List<String> reasons,
    int unknown,
    long unknownRows,
    Tally tally) {
  private static final int MOST_NAMED = 5;

  public BackfillOutcome {
    reasons = List.copyOf(reasons);
  }

  /**
   * Sums up the rows of {@code sql/backfill_ranges/select_outcome.sql}. An answer without a single
   * row of a symbol does not prove that it was not traded, but rather that the source does not know
   * it: all of it is missing.
   *
   * @param ran what the ranges of this run came to, of which only letters and a stop are kept
   */
  public static BackfillOutcome of(List<Map<String, Object>> rows, Tally ran) {
    long expected = 0;
    long stored = 0;
    long noTrade = 0;
    int unknown = 0;
    long unknownRows = 0;
    List<String> served = new ArrayList<>();
    List<String> empty = new ArrayList<>();
    List<String> open = new ArrayList<>();
    List<String> holed = new ArrayList<>();
    String reason = null;
    for (Map<String, Object> row : rows) {
      String symbol = (String) row.get("symbol");
      long has = number(row.get("stored"));
      if (Boolean.TRUE.equals(row.get("calendar"))) {
        expected += number(row.get("expected"));
        stored += has;
        noTrade += has == 0 ? 0 : number(row.get("accounted"));
      } else {
        unknown++;
        has = number(row.get("rows"));
        unknownRows += has;
      }
      if (!Boolean.TRUE.equals(row.get("done"))) {
        open.add(symbol);
        reason = reason == null ? (String) row.get("reason") : reason;
      } else if (has == 0 && number(row.get("expected")) > 0) {
        empty.add(symbol);
      } else if (Boolean.TRUE.equals(row.get("calendar"))
          && has + number(row.get("accounted")) < number(row.get("expected"))) {
        holed.add(symbol);
      } else {
        served.add(symbol);
      }
    }
    List<String> reasons = new ArrayList<>();
    if (!open.isEmpty()) {
      reasons.add(
          named(open) + " not read to the end: " + (reason == null ? "stopped before" : reason));
    }
    if (!empty.isEmpty()) {
      reasons.add("no data at all of " + named(empty));
    }
    if (!holed.isEmpty()) {
      reasons.add(
          "the answer leaves out sessions of "
              + named(holed)
              + ", which does not prove that nothing was traded");
    }
    Tally tally =
        new Tally(
            rows.size(),
            served.size() + holed.size(),
            0,
            open.size() + empty.size() + holed.size(),
            reasons.isEmpty() ? null : reasons.get(0),
            ran == null ? List.of() : ran.unrecorded(),
            ran != null && ran.stopped());
    return new BackfillOutcome(
        expected,
        stored,
        noTrade,
        expected - stored - noTrade,
        reasons,
        unknown,
        unknownRows,
        tally);
  }

  private static String named(List<String> symbols) {
    return symbols.size() <= MOST_NAMED
        ? String.join(", ", symbols)
        : String.join(", ", symbols.subList(0, MOST_NAMED))
            + " and "
            + (symbols.size() - MOST_NAMED)
            + " more";
  }

  private static long number(Object value) {
    return value == null ? 0 : ((Number) value).longValue();
  }
}
