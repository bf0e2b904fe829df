package dev.caravan.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.market.answer.JsonFields;
import java.util.List;
import java.util.Map;

/** What came of the replay of one letter. */
public final class ReplayResult {
  private ReplayResult() {}

  /**
   * @param results of the replay, or null where it did not come so far
   * @param runs the row of the run, or none
   * @throws ProblemException where another replay was under way
   */
  public static String json(List<Map<String, Object>> results, List<Map<String, Object>> runs) {
    if (results == null || results.isEmpty()) {
      Object why = runs == null || runs.isEmpty() ? null : runs.get(0).get("error");
      throw Problem.conflict("The letter was not replayed: " + why);
    }
    Map<String, Object> result = results.get(0);
    ObjectNode json = JsonFields.mapper().createObjectNode();
    json.put("letter_id", ((Number) result.get("letter_id")).longValue());
    json.put("replayed", Boolean.TRUE.equals(result.get("replayed")));
    json.put("reason", (String) result.get("reason"));
    return json.toString();
  }
}
