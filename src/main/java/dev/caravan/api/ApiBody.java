package dev.caravan.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The JSON object that a request brings, read into a record: its components are all that it may
 * have.
 */
final class ApiBody {
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              text ->
                  text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .build();

  private ApiBody() {}

  /**
   * @throws ProblemException where it is not such an object; the problem names what is wrong in it
   */
  static <T extends Record> T read(String json, Class<T> type) {
    if (json == null || json.isBlank()) {
      throw Problem.bad(null, "The body is empty; send a JSON object with " + names(type) + ".");
    }
    try {
      T read = STRICT.readValue(json, type);
      if (read != null) {
        return read;
      }
    } catch (UnrecognizedPropertyException e) {
      String name = ApiRequest.printable(e.getPropertyName());
      throw Problem.bad(name, "There is no " + name + " here; there are " + names(type) + ".");
    } catch (JsonMappingException e) {
      String name =
          e.getPath().stream()
              .map(JsonMappingException.Reference::getFieldName)
              .filter(each -> each != null)
              .findFirst()
              .orElse(null);
      if (name != null) {
        throw Problem.bad(name, "What the body has as " + name + " is of another kind.");
      }
    } catch (JsonProcessingException noJson) {
      // Said below.
    }
    throw Problem.bad(null, "The body is not a JSON object with " + names(type) + ".");
  }

  private static String names(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(RecordComponent::getName)
        .collect(Collectors.joining(", "));
  }
}
