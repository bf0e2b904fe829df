package dev.caravan.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What is in an answer of the API; numbers keep all their digits. */
public final class ApiAnswers {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private ApiAnswers() {}

  public static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** The path of the next page, or null. */
  public static String next(HttpResponse<byte[]> page) {
    return page.headers()
        .firstValue("Link")
        .map(link -> link.replaceFirst("^<(.*)>; rel=\"next\"$", "$1"))
        .orElse(null);
  }

  public static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  public static JsonNode read(HttpResponse<byte[]> answer) {
    try {
      return JSON.readTree(text(answer));
    } catch (JsonProcessingException e) {
      throw new AssertionError(text(answer), e);
    }
  }
}
