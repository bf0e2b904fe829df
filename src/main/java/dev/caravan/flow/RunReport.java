package dev.caravan.flow;

import dev.caravan.market.answer.RowJson;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The end of a run, as {@code sql/flow_runs/finish_run.sql} takes it and as a line of the log. */
public final class RunReport {
  /** The flows that count articles; all others count symbols. */
  private static final Set<String> NEWS = Set.of("news-load", "alpaca-news", "newsapi-headlines");

  /** What counts nothing, and only has something to say. */
  private static final String UNCOUNTED = "retention";

  private RunReport() {}

  /**
   * @param result what the flow's steps gave: a {@link Tally} of what became of the symbols; a flow
   *     that is made of other flows gives anything else
   * @param failure why the flow could not be worked off at all, or null
   */
  public static Map<String, Object> ending(Long run, String flow, Object result, String failure) {
    Tally tally = result instanceof Tally counted ? counted : null;
    Map<String, Object> ending = new HashMap<>();
    ending.put("run_id", run);
    ending.put("flow", flow);
    ending.put("failure", failure);
    ending.put("expected", tally == null || UNCOUNTED.equals(flow) ? null : tally.expected());
    ending.put("stored", tally == null || UNCOUNTED.equals(flow) ? null : tally.stored());
    ending.put("empty", tally == null ? 0 : tally.empty());
    ending.put("refused", tally == null ? 0 : tally.refused());
    ending.put("reason", tally == null ? null : tally.reason());
    ending.put("note", tally == null ? null : tally.note());
    ending.put("unit", unit(flow));
    ending.put("interrupted", tally != null && tally.stopped());
    ending.put("letters", RowJson.json(tally == null ? List.of() : tally.unrecorded()));
    return ending;
  }

  /** One line: the run, its status, its counts and the reason for anything that is missing. */
  public static String line(List<Map<String, Object>> rows) {
    Map<String, Object> run = rows.get(0);
    StringBuilder line = new StringBuilder("run " + run.get("run_id") + " " + run.get("status"));
    if (run.get("expected") != null) {
      line.append(": ").append(run.get("stored")).append(" of ").append(run.get("expected"));
      line.append(' ').append(unit(run.get("flow"))).append(" stored");
    }
    if (run.get("error") != null) {
      line.append(" (").append(run.get("error")).append(')');
    }
    return line.toString();
  }

  private static String unit(Object flow) {
    return flow != null && NEWS.contains(flow) ? "articles" : "symbols";
  }
}
