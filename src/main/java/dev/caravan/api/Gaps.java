package dev.caravan.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.market.answer.JsonFields;
import java.util.List;
import java.util.Map;

/**
 * What became of gaps that were to be opened again, as {@code sql/gaps/reopen_gaps.sql} says it.
 */
public final class Gaps {
  private Gaps() {}

  /**
   * Of one gap.
   *
   * @throws ProblemException where there is no such, or it stays as it is
   */
  public static String json(List<Map<String, Object>> rows) {
    Map<String, Object> row = rows.get(0);
    String reason = (String) row.get("reason");
    if (reason != null) {
      throw reason.equals("there is no such gap")
          ? Problem.missing("There is no gap with this id.")
          : Problem.conflict("Gap " + row.get("gap_id") + " was not reopened: " + reason + ".");
    }
    ObjectNode json = JsonFields.mapper().createObjectNode();
    json.put("gap_id", ((Number) row.get("gap_id")).longValue());
    json.put("reopened", true);
    return json.toString();
  }

  /** Of all gaps. */
  public static String allJson(List<Map<String, Object>> rows) {
    return JsonFields.mapper().createObjectNode().put("reopened", rows.size()).toString();
  }
}
