package dev.caravan.market.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * Reads a provider's JSON answer without losing a digit, and what stands in it without ever failing
 * in another way than by a {@link MissingDataException}.
 */
public final class JsonFields {
  private static final Pattern PAGE = Pattern.compile("(?i)\\s*<(!doctype\\s+html|html)\\b");

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          // A second answer glued to the first, or a page behind it, is not the answer asked for.
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /** A price has neither so many places nor so many zeros; writing one out would fill memory. */
  private static final int MOST_PLACES = 100;

  /** Longer than any symbol, exchange or condition is: what is longer is none. */
  public static final int LONGEST_NAME = 64;

  /** The second in the year 5138 beyond which a time is milliseconds or noise. */
  private static final long LAST_SECOND = 100_000_000_000L;

  private JsonFields() {}

  /** The mapper with which the routes read every answer; it is bean {@code json}. */
  public static ObjectMapper mapper() {
    return MAPPER;
  }

  /**
   * Says of an answer that the mapper could not read why it could not.
   *
   * @param symbols what was asked for, separated by commas; null where it has no name
   * @throws MissingDataException always: the body is empty, cut off, HTML or plain text
   */
  public static void notJson(String body, String symbols) {
    String detail =
        body == null || body.isBlank()
            ? "the answer is empty"
            : PAGE.matcher(body).lookingAt()
                ? "the answer is a web page, which asks for consent or comes from a proxy in between: "
                    + Text.oneLine(body, 80)
                : "the answer is not JSON: " + Text.oneLine(body, 80);
    // A batch of a hundred symbols would push the detail out of sight.
    String[] all = symbols == null ? new String[] {"?"} : symbols.split(",");
    String named = all.length == 1 ? all[0] : all[0] + " and " + (all.length - 1) + " more";
    throw new MissingDataException("JSON", named, detail);
  }

  /** The answer as JSON, or the missing node when it is none. */
  public static JsonNode readOrMissing(String body) {
    if (body == null) {
      return MissingNode.getInstance();
    }
    try {
      return MAPPER.readTree(body);
    } catch (JsonProcessingException notJson) {
      return MissingNode.getInstance();
    }
  }

  /**
   * A number, exactly as served; null when it is absent or null.
   *
   * @throws MissingDataException when there is something, but no number, or one beyond any price
   */
  public static BigDecimal decimal(JsonNode node, String field, String symbol) {
    if (absent(node)) {
      return null;
    }
    if (!node.isNumber() || Math.abs((long) node.decimalValue().scale()) > MOST_PLACES) {
      throw new MissingDataException(field, symbol, "not a number: " + quoted(node));
    }
    BigDecimal number = node.decimalValue();
    return number.scale() < 0 ? number.setScale(0) : number;
  }

  /**
   * A whole number; null when it is absent or null.
   *
   * @throws MissingDataException when there is something, but no whole number of 64 bits
   */
  public static Long whole(JsonNode node, String field, String symbol) {
    if (absent(node)) {
      return null;
    }
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw new MissingDataException(field, symbol, "not a whole number: " + quoted(node));
    }
    return node.longValue();
  }

  /**
   * A time from Unix seconds; null when it is absent or null.
   *
   * @throws MissingDataException when there is something, but no Unix seconds
   */
  public static Instant seconds(JsonNode node, String field, String symbol) {
    Long seconds = whole(node, field, symbol);
    if (seconds == null) {
      return null;
    }
    if (seconds > LAST_SECOND || seconds < -LAST_SECOND) {
      throw new MissingDataException(field, symbol, "not Unix seconds: " + quoted(node));
    }
    return Instant.ofEpochSecond(seconds);
  }

  /**
   * A time from RFC 3339 text with any offset; null when it is absent or null.
   *
   * @throws MissingDataException when there is something, but no such time
   */
  public static Instant time(JsonNode node, String field, String symbol) {
    if (absent(node)) {
      return null;
    }
    try {
      Instant time = Rfc3339.instant(node.asText());
      if (Math.abs(time.getEpochSecond()) <= LAST_SECOND) {
        return time;
      }
      throw new MissingDataException(field, symbol, "not a time in range: " + quoted(node));
    } catch (DateTimeException malformed) {
      throw new MissingDataException(field, symbol, "not a time: " + quoted(node));
    }
  }

  /** A text; null when it is absent, null, or no text. */
  public static String text(JsonNode node) {
    return node.isTextual() ? node.textValue() : null;
  }

  /**
   * A name: of a symbol, an exchange, a condition, a currency; null when it is absent, null, or no
   * text.
   *
   * @throws MissingDataException when PostgreSQL could not keep it, which would cost the whole
   *     page, or it is longer than any name
   */
  public static String name(JsonNode node, String field, String symbol) {
    String text = text(node);
    if (text != null && !isKept(text)) {
      throw new MissingDataException(field, symbol, "not a name: " + quoted(node));
    }
    return text;
  }

  /** Whether a name stands there that {@link #name} takes, and not a blank one. */
  public static boolean isName(JsonNode node) {
    return node.isTextual() && !node.textValue().isBlank() && isKept(node.textValue());
  }

  private static boolean isKept(String name) {
    return name.length() <= LONGEST_NAME && Text.isStorable(name);
  }

  /** As {@link #name}, of a name without which the row is none. */
  public static String requiredName(JsonNode row, String field, String symbol) {
    return required(name(row.path(field), field, symbol), field, symbol);
  }

  /** Gives the value back, or says that it is missing. */
  public static <T> T required(T value, String field, String symbol) {
    if (value == null) {
      throw new MissingDataException(field, symbol);
    }
    return value;
  }

  /** Nothing stands there: the key is not in the answer, or its value is null. */
  public static boolean absent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  /** A served value for a message: its JSON text on one line, cut to 80 characters. */
  public static String quoted(JsonNode node) {
    return Text.oneLine(node.toString(), 80);
  }
}
