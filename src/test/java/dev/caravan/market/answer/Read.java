package dev.caravan.market.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;

/** Reads text as route read-json does: with its mapper, and with its refusal. */
public final class Read {
  private Read() {}

  public static JsonNode json(String body) {
    try {
      JsonNode json = JsonFields.mapper().readValue(body, JsonNode.class);
      if (json != null && !json.isMissingNode()) {
        return json;
      }
    } catch (JsonProcessingException malformed) {
      // The refusal below is what the route says of it.
    }
    JsonFields.notJson(body, "X");
    throw new AssertionError("notJson refuses always");
  }
}
