package dev.caravan.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.answer.JsonFields;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a page ended: the key of its last row, a JSON array, in an opaque text. What is added
 * meanwhile neither moves nor repeats a row.
 */
final class Cursor {
  private Cursor() {}

  static String encode(String key) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(key.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The parts of the key as {@code NAME_1}, {@code NAME_2} and so on; all null for the first page.
   *
   * @param kinds of each part {@code time}, {@code date}, {@code number} or {@code text}
   */
  static Map<String, Object> values(String name, String text, List<String> kinds) {
    JsonNode key = text == null ? null : decode(name, text);
    if (key != null && (!key.isArray() || key.size() != kinds.size())) {
      throw foreign(name);
    }
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < kinds.size(); i++) {
      values.put(name + "_" + (i + 1), key == null ? null : part(name, key.get(i), kinds.get(i)));
    }
    return values;
  }

  private static JsonNode decode(String name, String text) {
    try {
      return JsonFields.readOrMissing(
          new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException noBase64) {
      throw foreign(name);
    }
  }

  private static Object part(String name, JsonNode part, String kind) {
    try {
      return switch (kind) {
        case "time" -> OffsetDateTime.parse(part.asText());
        case "date" -> LocalDate.parse(part.asText());
        case "number" -> {
          if (part.isTextual() && part.textValue().matches("-?\\d{1,18}")) {
            yield Long.valueOf(part.textValue());
          }
          if (!part.canConvertToLong()) {
            throw foreign(name);
          }
          yield part.longValue();
        }
        default -> {
          if (!part.isTextual() || part.textValue().indexOf('\0') >= 0) {
            throw foreign(name);
          }
          yield part.textValue();
        }
      };
    } catch (DateTimeException noTime) {
      throw foreign(name);
    }
  }

  private static ProblemException foreign(String name) {
    return Problem.bad(
        name,
        "Parameter "
            + name
            + " is not a cursor of this list; take it from the previous page's Link header.");
  }
}
