package dev.caravan.flow;

import dev.caravan.source.FailureReason;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a run of flow {@code retention} has to say. No I/O. */
public final class Retention {
  private Retention() {}

  /** A partition that could not be dropped now. */
  public static Tally waits(String partition, Throwable cause) {
    return new Tally(
        1, 0, 0, 1, partition + " waits: " + FailureReason.of(cause), List.of(), false);
  }

  /** After which series the next batch of bars begins, or null where this was the last. */
  public static String goOn(List<Map<String, Object>> batch) {
    return batch.isEmpty() ? null : (String) batch.get(0).get("go_on");
  }

  /**
   * The end of the run.
   *
   * @param report rows of {@code sql/retained/report.sql}
   * @param months the sum of {@link #waits}, or what a split without items leaves
   */
  public static Tally tally(List<Map<String, Object>> report, Object months) {
    Tally waiting = Tally.total(months);
    String dropped = lines(report, "dropped");
    String kept = lines(report, "kept");
    StringBuilder note =
        new StringBuilder(dropped.isEmpty() ? "nothing was dropped" : "dropped: " + dropped);
    if (!kept.isEmpty()) {
      note.append("; kept: ").append(kept);
    }
    if (waiting.refused() > 0) {
      note.append("; ").append(waiting.reason());
    }
    return new Tally(
        0, 0, 0, waiting.refused(), waiting.reason(), List.of(), false, note.toString());
  }

  private static String lines(List<Map<String, Object>> report, String became) {
    return report.stream()
        .filter(row -> row.get("became").equals(became))
        .map(row -> (String) row.get("line"))
        .collect(Collectors.joining(", "));
  }
}
